import Foundation
@testable import SCRProcess
import Testing

@Suite(.timeLimit(.minutes(1))) struct LaunchThreadTests {
  @Test func `all work is done by one thread, which is not the caller's`() async throws {
    let thread = LaunchThread()
    let caller = Self.current
    let workers = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 { group.addTask { try await thread.run { Self.current } } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(workers.count == 8)
    #expect(Set(workers).count == 1)
    #expect(!workers.contains(caller))
  }

  @Test func `a failure goes to its caller alone`() async throws {
    let thread = LaunchThread()
    let error = await #expect(throws: ProcessError.self) {
      try await thread.run { throw ProcessError(.spawnFailed, "no") }
    }
    #expect(error?.code == .spawnFailed)
    #expect(try await thread.run { 7 } == 7)
  }

  private static var current: Int { ObjectIdentifier(Thread.current).hashValue }
}
