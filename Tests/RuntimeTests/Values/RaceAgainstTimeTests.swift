import SCRRuntime
import SCRTestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct RaceAgainstTimeTests {
  private struct Broken: Error {}
  private let clock = ManualClock()

  @Test func `work that ends first gives its value or its error`() async throws {
    #expect(try await withinTime(.seconds(1), by: clock) { 7 } == 7)
    let failing: @Sendable () async throws -> Int = { throw Broken() }
    await #expect(throws: Broken.self) { try await withinTime(.seconds(1), by: clock, failing) }
  }

  @Test func `without a limit nobody looks at the clock`() async throws {
    let gate = Gate()
    async let value = withinTime(nil, by: clock) {
      try await gate.pass()
      return 1
    }
    clock.advance(by: .seconds(1_000_000))
    gate.open()
    #expect(try await value == 1)
  }

  @Test func `when the time is up the work is cancelled and awaited`() async throws {
    let ended = Signal<Void>()
    async let value = withinTime(.seconds(1), by: clock) {
      defer { ended.fire() }
      try await Gate().pass()
      return 1
    }
    await clock.waitForSleepers()
    clock.advance(by: .seconds(1))
    #expect(try await value == nil)
    #expect(ended.all.count == 1)
  }

  @Test func `cancelling the caller cancels the work`() async {
    let clock = clock
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        do {
          _ = try await withinTime(.seconds(1), by: clock) { try await Gate().pass() }
          return false
        } catch { return error is CancellationError }
      }
      await clock.waitForSleepers()
      group.cancelAll()
      #expect(await group.next() == true)
    }
  }
}
