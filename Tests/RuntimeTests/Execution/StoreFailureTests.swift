import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Synchronization
import Testing

@Suite("A store that fails for a while")
struct StoreFailureTests {
  @Test("an outcome is kept until it can be written; the tool is not called again")
  func keepsOutcome() async throws {
    let failures = Mutex(0)
    let source = FakeToolSource([
      "once": { _ in
        failures.withLock { $0 = 3 }
        return ToolResult(text: "done")
      }
    ])
    var fixture = RuntimeFixture(source)
    fixture.store = InterceptedTaskStore(fixture.store) { () throws(StoreError) in
      let fails = failures.withLock { failures in
        defer { failures = max(0, failures - 1) }
        return failures > 0
      }
      if fails { throw StoreError(.diskFull, "the disk is full") }
    }
    let told = Signal<String>()
    let snapshot = try await fixture.live(notice: { told.fire($0) }) { [fixture] runtime in
      let id = try await runtime.submit(
        TaskSubmission(plan: ["title": "T", "steps": [["id": "s", "tool": "fake.once"]]])
      ).id
      for failure in 1...3 {
        _ = await told.values(failure)
        // The heartbeat and the pause before the next try.
        await fixture.clock.waitForSleepers(2)
        fixture.clock.advance(by: .seconds(1))
      }
      return try await runtime.wait(for: id, timeout: nil)
    }
    #expect(snapshot?.task.state == .completed)
    #expect(source.called == ["once"])
    #expect(told.all.allSatisfy { $0.contains("the disk is full") })
  }

  @Test("how a cancelled task ended is written as soon as it can be, and not left to the next start")
  func keepsCancellation() async throws {
    let failures = Mutex(0)
    let began = Signal<Void>()
    let source = FakeToolSource([
      "hold": { _ in
        began.fire(())
        try await Gate().pass()
        return ToolResult(text: "never")
      }
    ])
    var fixture = RuntimeFixture(source)
    fixture.store = InterceptedTaskStore(
      fixture.store,
      before: { (batch) throws(StoreError) in
        let isEnd = batch.events.contains { $0.kind == .taskCancelled }
        let fails = failures.withLock { failures in
          if isEnd { failures += 1 }
          return isEnd && failures <= 2
        }
        if fails { throw StoreError(.diskFull, "the disk is full") }
      })
    let told = Signal<String>()
    let snapshot = try await fixture.live(notice: { told.fire($0) }) { [fixture] runtime in
      let id = try await runtime.submit(
        TaskSubmission(plan: ["title": "T", "steps": [["id": "s", "tool": "fake.hold"]]])
      ).id
      _ = await began.values(1)
      async let ended = runtime.cancel(id)
      for failure in 1...2 {
        _ = await told.values(failure)
        await fixture.clock.waitForSleepers(1, within: .milliseconds(500))
        fixture.clock.advance(by: .milliseconds(500))
      }
      return try await ended
    }
    #expect(snapshot.task.state == .cancelled)
  }
}
