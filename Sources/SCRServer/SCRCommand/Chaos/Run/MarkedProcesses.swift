import SCRConnection
import SCRProcess
import SCRServer

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Finds the processes that a run started by the mark in their environment, whoever their parents are by now.
enum MarkedProcesses {
  /// Whether this system shows other processes' environment.
  static var isSupported: Bool { access("/proc/self/environ", R_OK) == 0 }

  /// Those of one run that live now; empty where the system does not show them.
  static func find(run: String) async -> [MarkedProcess] {
    await withCheckedContinuation { continuation in
      WireThread.start { continuation.resume(returning: read(run: run)) }
    }
  }

  /// Waits until those of `lives` are gone.
  /// - Returns: how many of the run there were, and those that live still when `limit` is over.
  static func survivors(
    run: String, within limit: Duration, where isOver: @Sendable (MarkedProcess) -> Bool
  ) async -> (count: Int, survivors: [MarkedProcess]) {
    let all = await find(run: run)
    let over = all.filter(isOver)
    guard !over.isEmpty else { return (all.count, []) }
    let watch = ProcessWatch(over.map(\.pid))
    let left = Set(await watch.survivors(after: limit))
    guard !left.isEmpty else { return (all.count, []) }
    return (all.count, over.filter { left.contains($0.pid) })
  }

  private static func read(run: String) -> [MarkedProcess] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var found: [MarkedProcess] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard let pid = Int32(name), pid != getpid(), let environment = try? DiskFile.read("/proc/\(pid)/environ"),
        let mark = ChaosMark(environment: environment), mark.run == run,
        let line = try? DiskFile.read("/proc/\(pid)/cmdline")
      else { continue }
      let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      found.append(MarkedProcess(pid: pid, life: mark.life, words: words))
    }
    return found.sorted { $0.pid < $1.pid }
  }
}

extension MarkedProcess {
  /// What a process is, by its command line.
  init(pid: Int32, life: Int, words: [String]) {
    let isGuard = words.count > 1 && words[1] == "--scr-process-guard"
    let isServer = words.contains("chaos-effects")
    let isRuntime = words.contains("serve")
    let role: Role =
      isGuard ? (isServer ? .guard : .ourGuard) : isServer ? .server : isRuntime ? .runtime : .other
    let name = words.firstIndex(of: "--name").flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
    self.init(pid: pid, life: life, role: role, server: name, command: words.joined(separator: " "))
  }
}
