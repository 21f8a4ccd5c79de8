import SCRConnection
import SCRProcess
import SCRProtocol
import SCRRuntime
import Synchronization

/// The build that a record is played to: a child whose frames are kept until somebody asks for them.
final class ReplayPeer: Sendable {
  /// What a frame is asked for by.
  enum Key: Sendable, Hashable {
    case answer(JSONValue)
    /// A notification or request of the peer.
    case method(String)
    /// Anything else, such as an error without an id.
    case other
    /// What no frame has.
    case nothing

    init(_ frame: JSONValue) {
      if let method = frame["method"]?.stringValue {
        self = .method(method)
      } else {
        self = frame["id"].map { .answer($0) } ?? .other
      }
    }
  }

  private struct State {
    var frames: [(key: Key, frame: JSONValue)] = []
    var hasEnded = false
    var waiter: (key: Key, continuation: CheckedContinuation<JSONValue?, Never>)?
    var framer = LineFramer(limit: 64 << 20)
  }

  /// Frames that nobody asked for yet; with more the build is taken for broken.
  private static let limit = 100_000

  private let state = Mutex(State())
  private let child = Mutex<ChildProcess?>(nil)

  func start(_ spec: ProcessSpec, in table: ProcessTable) async throws {
    let events = ProcessEvents(
      output: { [weak self] in self?.take($0) }, outputEnd: { [weak self] in self?.end() })
    let started = try await table.spawn(spec, events: events)
    child.withLock { $0 = started }
  }

  func send(_ line: String) throws { try child.withLock { $0 }?.write(Array(line.utf8) + [UInt8(ascii: "\n")]) }
  func closeInput() { child.withLock { $0 }?.closeInput() }
  var stderrTail: String { child.withLock { $0 }?.stderrTail(lines: 5) ?? "" }

  /// The oldest frame of this key that nobody took. Nil when the output ended without it, or `limit` is over. One caller
  /// at a time.
  func next(_ key: Key, within limit: Duration, by clock: any RuntimeClock) async throws -> JSONValue? {
    let found = try await withinTime(limit, by: clock) { [self] () -> JSONValue? in
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          let ready: JSONValue?? = state.withLock { state in
            if let place = state.frames.firstIndex(where: { $0.key == key }) {
              return state.frames.remove(at: place).frame
            }
            if state.hasEnded || Task.isCancelled { return .some(nil) }
            state.waiter = (key, continuation)
            return nil
          }
          if let ready { continuation.resume(returning: ready) }
        }
      } onCancel: {
        let waiter = state.withLock { state in
          defer { state.waiter = nil }
          return state.waiter
        }
        waiter?.continuation.resume(returning: nil)
      }
    }
    return found ?? nil
  }

  /// Returns when its output has ended, or `limit` is over.
  func finished(within limit: Duration, by clock: any RuntimeClock) async throws {
    _ = try await next(.nothing, within: limit, by: clock)
  }

  /// What nobody took.
  func rest() -> [JSONValue] { state.withLock { $0.frames.map(\.frame) } }

  private func take(_ chunk: UnsafeRawBufferPointer) {
    let met = state.withLock { state -> (CheckedContinuation<JSONValue?, Never>, JSONValue)? in
      var met: (CheckedContinuation<JSONValue?, Never>, JSONValue)?
      var lines: [[UInt8]] = []
      state.framer.append(chunk) { if case .line(let bytes) = $0 { lines.append(bytes) } }
      for line in lines where state.frames.count < Self.limit {
        let frame = (try? JSONParser.parse(line)) ?? .string(String(decoding: line, as: UTF8.self))
        let key = Key(frame)
        if let waiter = state.waiter, waiter.key == key, met == nil {
          met = (waiter.continuation, frame)
          state.waiter = nil
        } else {
          state.frames.append((key, frame))
        }
      }
      return met
    }
    met?.0.resume(returning: met?.1)
  }

  private func end() {
    let waiter = state.withLock { state in
      state.hasEnded = true
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.continuation.resume(returning: nil)
  }
}
