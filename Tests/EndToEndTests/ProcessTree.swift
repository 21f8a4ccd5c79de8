import CProcessGuard
import FoundationEssentials
import Glibc
import SCRRuntime

/// What `/proc` tells of processes.
enum ProcessTree {
  /// All living descendants, in no order.
  static func descendants(of pid: Int32) -> [Int32] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
    let parents = all.compactMap { child in parent(of: child).map { (child, $0) } }
    var found: [Int32] = []
    var next = [pid]
    while let current = next.popLast() {
      let children = parents.filter { $0.1 == current }.map(\.0)
      found += children
      next += children
    }
    return found
  }

  static func isZombie(_ pid: Int32) -> Bool { fields(of: pid)?.first == "Z" }

  /// The words of its command line, with spaces between them.
  static func command(of pid: Int32) -> String {
    let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
    return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
  }

  static func parent(of pid: Int32) -> Int32? { fields(of: pid)?.dropFirst().first.flatMap { Int32($0) } }

  /// The fields of `stat` behind the name, which may hold anything.
  private static func fields(of pid: Int32) -> [Substring]? {
    guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
    let text = String(decoding: data, as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return nil }
    return text[text.index(after: end)...].split(separator: " ")
  }
}

/// The end of a process that is no child of ours, awaited through a handle of the kernel.
struct ProcessEnd: Sendable {
  private let ended = OneShot<Void>()

  init(of pid: Int32) {
    let ended = ended
    let handle = scr_process_handle(pid)
    TestThread.start {
      if handle >= 0 {
        var poller = pollfd(fd: handle, events: Int16(POLLIN), revents: 0)
        poll(&poller, 1, 30_000)
        close(handle)
      }
      ended.fire(())
    }
  }

  func wait() async { _ = await ended.value() }
}
