import SCRServer

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The processes of this machine and who started whom, as `/proc` tells at one moment.
struct ProcessTree: Sendable {
  private var parents: [Int32: Int32] = [:]

  /// Reads `/proc`; empty where there is none.
  static func now() -> ProcessTree {
    var tree = ProcessTree()
    guard let folder = opendir("/proc") else { return tree }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard let pid = Int32(name), let bytes = try? DiskFile.read("/proc/\(pid)/stat") else { continue }
      if let parent = parent(inStat: String(decoding: bytes, as: UTF8.self)) { tree.parents[pid] = parent }
    }
    return tree
  }

  /// The parent in a line of `/proc/<pid>/stat`; nil for a zombie, which runs no more.
  static func parent(inStat line: String) -> Int32? {
    // The name of a program stands in parentheses and may hold anything, so the last one counts.
    guard let end = line.lastIndex(of: ")") else { return nil }
    let fields = line[line.index(after: end)...].split(separator: " ")
    return fields.count > 1 && fields[0] != "Z" ? Int32(fields[1]) : nil
  }

  func parent(of pid: Int32) -> Int32? { parents[pid] }

  /// Children, their children, and so on.
  func descendants(of pid: Int32) -> [Int32] {
    var found: [Int32] = []
    var open = [pid]
    while let next = open.popLast() {
      let children = parents.filter { $0.value == next }.keys.sorted()
      found += children
      open += children
    }
    return found.sorted()
  }
}
