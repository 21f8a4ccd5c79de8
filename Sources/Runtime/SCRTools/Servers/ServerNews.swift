import MCPClient
import SCRRuntime
import Synchronization

/// What a server said has changed and has not been read again yet. One mark stands for all that come before the next
/// reading.
final class ServerNews: Sendable {
  private let marks = Mutex<Set<ServerChange>>([])
  private let bell = Bell()

  func mark(_ changes: some Sequence<ServerChange>) {
    marks.withLock { $0.formUnion(changes) }
    bell.ring()
  }

  /// Waits for the next marks and takes them; empty when the task is cancelled.
  func next() async -> Set<ServerChange> {
    while !Task.isCancelled {
      let taken = marks.withLock { marks in
        defer { marks = [] }
        return marks
      }
      if !taken.isEmpty { return taken }
      await bell.wait()
    }
    return []
  }
}

/// The pauses between tries that fail. Pure.
struct RetryPause: Sendable, Hashable {
  private static let longest: Duration = .seconds(30)
  private var length: Duration = .milliseconds(200)

  mutating func next() -> Duration {
    defer { length = min(length * 2, Self.longest) }
    return length
  }
}
