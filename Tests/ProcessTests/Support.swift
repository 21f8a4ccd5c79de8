import CProcessGuard
import Foundation
import SCRProcess
import SCRTestSupport
import Synchronization

/// Swift Testing has a type of this name as well.
typealias ExitStatus = SCRProcess.ExitStatus

/// Keeps what happens to one child, in order.
final class Recorder: Sendable {
  enum Event: Hashable {
    case started
    case output
    case outputEnd
    case exit(ExitStatus)
  }

  private let bytes = Mutex<[UInt8]>([])
  private let partial = Mutex("")
  /// Whole lines of stdout; the first hundred.
  let lines = Signal<String>()
  let outputEnd = Signal<Void>()
  let exit = Signal<ExitStatus>()
  private let noted = Mutex<[Event]>([])

  /// What happened, without repetitions of `output`.
  var order: [Event] { noted.withLock { $0 } }
  var output: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

  var events: ProcessEvents {
    ProcessEvents(
      started: { _ in self.note(.started) },
      output: { chunk in self.take(chunk) },
      outputEnd: {
        self.note(.outputEnd)
        self.outputEnd.fire()
      },
      exit: { status in
        self.note(.exit(status))
        self.exit.fire(status)
      })
  }

  func take(_ chunk: UnsafeRawBufferPointer) {
    note(.output)
    bytes.withLock { $0 += chunk }
    let whole: [Substring] = partial.withLock { partial in
      var parts = (partial + String(decoding: chunk, as: UTF8.self)).split(
        separator: "\n", omittingEmptySubsequences: false)
      partial = String(parts.removeLast())
      return parts
    }
    for line in whole where lines.all.count < 100 { lines.fire(String(line)) }
  }

  private func note(_ event: Event) {
    noted.withLock { order in if event != .output || order.last != .output { order.append(event) } }
  }

  /// The numbers told by lines `pid N` before the line `ready`.
  func family() async -> [Int32] {
    await lines.values(5).compactMap { $0.hasPrefix("pid ") ? Int32($0.dropFirst(4)) : nil }
  }
}

/// The fixture in one of its modes.
func stubborn(_ mode: String..., environment: [String: String] = [:]) -> ProcessSpec {
  ProcessSpec(command: Fixture.path("stubborn-child"), arguments: mode, environment: environment)
}

/// Processes that somebody else has to end. Taken while they live, so that their numbers cannot mean others later.
struct Watched: Sendable {
  private let handles: [Int32]

  init(_ pids: [Int32]) { handles = pids.map { scr_process_handle($0) } }

  /// - Returns: whether all were living when taken and have ended now; false after 30 seconds.
  func haveEnded() async -> Bool {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { [handles] in
        let outcome = handles.allSatisfy { handle in
          var entry = pollfd(fd: handle, events: Int16(POLLIN), revents: 0)
          return handle >= 0 && poll(&entry, 1, 30_000) == 1
        }
        for handle in handles { close(handle) }
        continuation.resume(returning: outcome)
      }
    }
  }
}
