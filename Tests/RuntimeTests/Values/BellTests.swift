import SCRRuntime
import SCRTestSupport
import Testing

@Suite("A bell", .timeLimit(.minutes(1)))
struct BellTests {
  private let clock = ManualClock()
  private var now: Timestamp { clock.now() }

  @Test("rings that nobody waited for are one")
  func keptRing() async throws {
    let bell = Bell()
    bell.ring()
    bell.ring()
    await bell.wait()
    #expect(try await withinTime(.zero, by: clock, { await bell.wait() }) == nil)
  }

  @Test("it can be waited for again after its time was up")
  func again() async throws {
    let bell = Bell()
    for _ in 0..<3 {
      async let wait: Void = bell.wait(until: now + .seconds(5), looked: now, by: clock)
      await clock.waitForSleepers()
      clock.advance(by: .seconds(5))
      try await wait
    }
    async let wait: Void = bell.wait(until: now + .seconds(5), looked: now, by: clock)
    await clock.waitForSleepers()
    bell.ring()
    try await wait
  }

  @Test("a far moment is looked at again after a minute, and so is one that cannot be done", arguments: [3600, 0, -5])
  func bounded(seconds: Int) async throws {
    let bell = Bell()
    async let wait: Void = bell.wait(until: now + .seconds(seconds), looked: now, by: clock)
    await clock.waitForSleepers()
    clock.advance(by: Bell.longestWait)
    try await wait
  }

  @Test("a moment that came while all was done is at once")
  func passed() async throws {
    let looked = now
    clock.advance(by: .seconds(2))
    try await Bell().wait(until: looked + .seconds(1), looked: looked, by: clock)
  }

  @Test("who is cancelled is told so")
  func cancelled() async throws {
    let bell = Bell()
    let ended = Task { [clock] in try await bell.wait(until: nil, looked: clock.now(), by: clock) }
    ended.cancel()
    await #expect(throws: CancellationError.self) { try await ended.value }
  }
}
