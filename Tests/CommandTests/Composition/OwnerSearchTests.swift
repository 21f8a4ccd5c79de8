import SCRConnection
import SCRRuntime
import SCRStore
import SCRTestSupport
import Testing

@testable import SCRCommand

@Suite(.timeLimit(.minutes(1))) struct OwnerSearchTests {
  private func search(_ shop: Workshop, _ clock: any RuntimeClock = SystemClock()) -> OwnerSearch {
    OwnerSearch(path: shop.state, greeting: .own(.bridge), clock: clock)
  }

  @Test func `A directory that nobody has becomes ours`() async throws {
    try await Workshop.use { shop in
      guard case .owned(let directory) = try await search(shop).claim() else {
        Issue.record("somebody has it")
        return
      }
      directory.release()
    }
  }

  @Test func `An owner that serves nobody is waited for, and then named`() async throws {
    try await Workshop.use { shop in
      let owner = try StateDirectory.open(shop.state)
      let slept = Signal<Void>()
      let failure = await #expect(throws: StoreError.self) {
        try await search(shop, ReleasingClock { slept.fire() }).claim()
      }
      #expect(slept.all.count > 10)
      #expect(failure?.code == .locked)
      owner.release()
    }
  }

  @Test func `An owner that ends meanwhile is succeeded`() async throws {
    try await Workshop.use { shop in
      let owner = try StateDirectory.open(shop.state)
      let clock = ReleasingClock { owner.release() }
      guard case .owned(let directory) = try await search(shop, clock).claim() else {
        Issue.record("somebody has it")
        return
      }
      directory.release()
    }
  }

  @Test func `Where nobody serves, a client is told what to do, with exit code 5`() async throws {
    try await Workshop.use { shop in
      let failure = await #expect(throws: CommandFailure.self) { try await search(shop).connect() }
      #expect(failure?.exit == .unavailable)
      #expect(failure?.message == "nobody serves the state directory \(shop.state)")
      #expect(failure?.hint?.contains("scr serve") == true)
    }
  }

  @Test func `The tool servers of a greeting are named, and told apart by a digest`() async throws {
    #expect(Greeting.own(.command).traits == [:])
    #expect(Greeting.own(.bridge).version == Version.text)
  }
}

/// Does something whenever somebody waits, which then takes no time.
private struct ReleasingClock: RuntimeClock {
  let onSleep: @Sendable () -> Void
  init(_ onSleep: @escaping @Sendable () -> Void) { self.onSleep = onSleep }
  func now() -> Timestamp { SystemClock().now() }
  func sleep(for duration: Duration) async throws { onSleep() }
  func sleep(until moment: Timestamp, atMost longest: Duration?) async throws { onSleep() }
}
