import SCRConnection
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The lines of a pipe as they come, read on a thread of its own. Nobody waits for a line after the end.
package final class LineReader: Sendable {
  private struct State {
    var lines: [String] = []
    var isOver = false
    /// How many lines ``next()`` has given.
    var taken = 0
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  package struct Ended: Error, CustomStringConvertible {
    package let description: String
  }

  private let state = Mutex(State())

  /// Takes the descriptor over.
  /// - Parameter gate: a pipe whose end is awaited before the first read.
  package init(_ descriptor: Int32, after gate: Int32? = nil) {
    WireThread.start { [self] in
      if let gate {
        Self.read(gate) { _ in }
        close(gate)
      }
      Self.read(descriptor) { line in change { $0.lines.append(line) } }
      close(descriptor)
      change { $0.isOver = true }
    }
  }

  /// The lines that came so far.
  package var all: [String] { state.withLock(\.lines) }

  /// The line at a place, as soon as it has come.
  /// - Throws: ``Ended`` if there will be none.
  package func line(_ place: Int) async throws -> String {
    while true {
      let (line, isOver) = state.withLock { ($0.lines.count > place ? $0.lines[place] : nil, $0.isOver) }
      if let line { return line }
      if isOver { throw Ended(description: "the output ended after \(place) lines: \(all)") }
      await news(beyond: place)
    }
  }

  /// The line behind the last one that this gave.
  package func next() async throws -> String {
    let place = state.withLock { state in
      defer { state.taken += 1 }
      return state.taken
    }
    return try await line(place)
  }

  /// What ``next()`` has not given, once the output has ended.
  package func rest() async -> [String] {
    while !state.withLock(\.isOver) { await news(beyond: .max) }
    return state.withLock { Array($0.lines.dropFirst($0.taken)) }
  }

  private func news(beyond count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.isOver || state.lines.count > count { return true }
        state.waiters.append(continuation)
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  private func change(_ body: (inout State) -> Void) {
    let waiters = state.withLock { state in
      body(&state)
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  private static func read(_ descriptor: Int32, _ deliver: (String) -> Void) {
    var rest: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      #if canImport(Glibc)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
      #else
        let count = Darwin.read(descriptor, &buffer, buffer.count)
      #endif
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      var start = rest.count
      rest += buffer[..<count]
      while let end = rest[start...].firstIndex(of: 0x0A) {
        deliver(String(decoding: rest[..<end], as: UTF8.self))
        rest.removeSubrange(...end)
        start = 0
      }
    }
    if !rest.isEmpty { deliver(String(decoding: rest, as: UTF8.self)) }
  }
}
