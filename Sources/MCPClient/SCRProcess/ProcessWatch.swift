import CProcessGuard

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Processes that need not be children of ours, watched for their end. Begin before you end them, lest a number is
/// given to another process meanwhile.
package final class ProcessWatch: Sendable {
  private let handles: [Int32: Int32]

  /// Processes that have ended already are left out.
  package init(_ pids: some Sequence<Int32>) {
    handles = Dictionary(
      pids.map { ($0, scr_process_handle($0)) }.filter { $0.1 >= 0 }, uniquingKeysWith: { first, _ in first })
  }

  /// Processes that have ended are left out, and those that merely got their numbers.
  init(_ processes: [ProcessIdentity]) {
    var handles: [Int32: Int32] = [:]
    for process in processes {
      let handle = scr_process_handle(process.pid)
      if handle < 0 { continue }
      // Only now, since the handle stays with whom it was opened for.
      if ProcessIdentity(living: process.pid) == process {
        handles[process.pid] = handle
      } else {
        close(handle)
      }
    }
    self.handles = handles
  }

  deinit { for handle in handles.values { close(handle) } }

  package var pids: [Int32] { handles.keys.sorted() }

  /// Signals those of `pids` that are watched. One that has ended hears nothing, nor does who got its number.
  func signal(_ number: Int32, to pids: [Int32]) {
    for pid in pids { if let handle = handles[pid] { _ = scr_process_signal(pid, handle, number) } }
  }

  /// Waits until all have ended, `limit` at most.
  /// - Returns: those that live still.
  package func survivors(after limit: Duration) async -> [Int32] {
    await withCheckedContinuation { continuation in
      DedicatedThread.start { [self] in continuation.resume(returning: wait(limit)) }
    }
  }

  /// The same, blocking.
  func wait(_ limit: Duration) -> [Int32] {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    var alive = handles
    while !alive.isEmpty, clock.now < deadline {
      let remaining = clock.now.duration(to: deadline).components
      let milliseconds = remaining.seconds * 1000 + remaining.attoseconds / 1_000_000_000_000_000 + 1
      var waits = alive.values.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard poll(&waits, nfds_t(waits.count), Int32(clamping: milliseconds)) > 0 else { continue }
      let ended = Set(waits.filter { $0.revents != 0 }.map(\.fd))
      alive = alive.filter { !ended.contains($0.value) }
    }
    return alive.keys.sorted()
  }
}
