import SCRProtocol
import SCRTestSupport
import Synchronization
import Testing

@testable import SCRRuntime

/// A goal with everything in it, whose runtime is dropped at one commit after the other.
@Suite(
  "Wherever the runtime is dropped, a goal ends the same, no answer that was kept is asked for again, and no call made twice"
)
struct AgentCrashTests {
  private static let goal = "Everything"

  private static func model() -> ModelFake {
    ModelFake { request in
      switch (request.purpose.role, request.purpose.stepID ?? "") {
      case ("planner", "plan"):
        request.turns == 0
          ? ModelFake.json(["steps": [["id": "work", "tool": "nope", "arguments": [:]]]])
          : ModelFake.json([
            "steps": [
              ["id": "look", "tool": "fake_effect", "arguments": ["text": "seen"]],
              ["id": "work", "agent": "worker", "needs": ["look"], "goal": "Work on ${steps.look.text}"],
            ]
          ])
      case ("worker", "work"):
        switch request.turns {
        case 0: ModelFake.calls(("fake_read", ["n": 1]), ("fake_read", ["n": 2]), ("fake_effect", ["text": "made"]))
        case 1: ModelFake.calls(("add_finding", ["finding": "it works"]), ("fake_effect", ["text": "again"]))
        default: ModelFake.text("worked: \(request.results.count)")
        }
      case ("critic", "review"): ModelFake.json(GoalTests.review("revise", "write it up"))
      case ("planner", _):
        ModelFake.json(["steps": [["id": "write", "agent": "writer", "goal": "Write: ${steps.work.text}"]]])
      case ("writer", _): ModelFake.text("written")
      default: ModelFake.json(GoalTests.review("pass"))
      }
    }
  }

  private struct End: Hashable, Sendable {
    var state: TaskState?
    var result: JSONValue?
    var steps: [String]
    var effects: [String: Int]
    var findings: [JSONValue]
    var tokens: JSONValue?
    var accounts: ModelLedger.Row
  }

  private static let nineTurns: ModelLedger.Row = {
    var row = ModelLedger.Row()
    (row.calls, row.usage) = (9, ModelUsage(inputTokens: 90))
    return row
  }()

  private static let wanted = End(
    state: .completed, result: "written",
    steps: [
      "plan completed 1", "look completed 1", "work completed 1", "review completed 1", "plan_2 completed 1",
      "write completed 1", "review_2 completed 1",
    ], effects: ["seen": 1, "made": 1, "again": 1], findings: ["it works"], tokens: 90,
    accounts: nineTurns)

  /// Effects by what they wrote, each counted once per idempotency key, as an idempotent server does.
  private final class Ledger: Sendable {
    private let keys = Mutex<[String: String]>([:])
    private let made = Mutex<[String: Int]>([:])

    func take(_ call: ToolCall) {
      let (key, text) = (call.context.idempotencyKey ?? "", call.arguments["text"]?.stringValue ?? "")
      keys.withLock { $0[key] = text }
      made.withLock { $0[text, default: 0] += 1 }
    }

    var effects: [String: Int] { keys.withLock { $0.values.reduce(into: [:]) { $0[$1, default: 0] += 1 } } }
    var calls: Int { made.withLock { $0.values.reduce(0, +) } }
  }

  private static func source(_ ledger: Ledger) -> FakeToolSource {
    FakeToolSource(
      effects: ["effect": .idempotent, "read": .readOnly],
      [
        "effect": { call in
          ledger.take(call)
          return ToolResult(text: call.arguments["text"]?.stringValue ?? "")
        },
        "read": { call in ToolResult(text: "read \(call.arguments["n"]?.jsonText ?? "")") },
      ])
  }

  private static func store(
    over base: any TaskStore, at number: Int, written: Bool, _ crashed: OneShot<Void>
  ) -> any TaskStore {
    let (begun, done) = (Counter(), Counter())
    let gone = StoreError(.closed, "crashed")
    return InterceptedTaskStore(
      base,
      before: { _ throws(StoreError) in
        if crashed.current != nil { throw gone }
        if begun.next() == number, !written {
          crashed.fire(())
          throw gone
        }
      },
      after: { _ throws(StoreError) in
        if written, done.next() == number {
          crashed.fire(())
          throw gone
        }
      })
  }

  private static func drive(_ runtime: CognitiveRuntime) async throws -> TaskSnapshot {
    let id = try await runtime.submit(TaskSubmission(goal: goal, idempotencyKey: "everything")).id
    return try #require(try await runtime.wait(for: id, timeout: nil))
  }

  private static func pass(_ clock: ManualClock, after crashed: OneShot<Void>) async {
    guard await crashed.value() != nil else { return }
    while !Task.isCancelled {
      await clock.waitForSleepers(1)
      clock.advance(by: .seconds(1))
    }
  }

  private static func life(
    crashingAt number: Int, written: Bool
  ) async throws -> (End, asked: [String: Int], calls: Int, hasCrashed: Bool) {
    let ledger = Ledger()
    let model = model()
    var fixture = RuntimeFixture(source(ledger))
    fixture.models = ModelRegistry([model])
    let crashed = OneShot<Void>()
    var first = fixture
    first.store = store(over: fixture.store, at: number, written: written, crashed)
    let doomed = first
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [clock = fixture.clock] in await pass(clock, after: crashed) }
      try await doomed.live { runtime in
        await withTaskGroup(of: Void.self) { group in
          group.addTask { _ = try? await drive(runtime) }
          group.addTask { _ = await crashed.value() }
          await group.next()
          group.cancelAll()
        }
      }
      group.cancelAll()
      let sleeper = Task { [clock = fixture.clock] in try? await clock.sleep(for: .seconds(1)) }
      try await group.waitForAll()
      sleeper.cancel()
    }
    let second = fixture
    let (snapshot, findings) = try await second.live { runtime in
      let snapshot = try await drive(runtime)
      return (snapshot, try await runtime.findings(of: snapshot.task.id).findings.map(\.value))
    }
    let end = End(
      state: snapshot.task.state, result: snapshot.task.result, steps: snapshot.outline, effects: ledger.effects,
      findings: findings, tokens: snapshot.task.usage?["tokens"], accounts: snapshot.accounts.sum)
    return (end, model.asked, ledger.calls, crashed.current != nil)
  }

  @Test("dropped before or just after each commit", arguments: [false, true])
  func everywhere(written: Bool) async throws {
    var number = 1
    while true {
      let (end, asked, calls, hasCrashed) = try await Self.life(crashingAt: number, written: written)
      #expect(end == Self.wanted, "dropped at commit \(number)")
      // At most what was under way at the crash is done once more; after a commit that was written, nothing is.
      let repeats = asked.values.reduce(0) { $0 + $1 - 1 }
      #expect(repeats <= (written ? 0 : 1), "\(asked) dropped at commit \(number)")
      #expect(calls <= (written ? 3 : 4), "dropped at commit \(number)")
      if !hasCrashed { break }
      number += 1
    }
    #expect(number > 30)
  }

  @Test("a call whose outcome is unknown is not made again unless somebody says so", arguments: ["retry", "fail"])
  func unknown(decision: String) async throws {
    let (begun, calls) = (OneShot<Void>(), Counter())
    let source = FakeToolSource([
      "send": { _ in
        guard calls.next() == 1 else { return ToolResult(text: "sent") }
        begun.fire(())
        let never = OneShot<Void>()
        _ = await never.value()
        throw CancellationError()
      }
    ])
    let model = ModelFake { request in
      request.turns == 0 ? ModelFake.calls(("fake_send", [:])) : ModelFake.text("ok")
    }
    var fixture = RuntimeFixture(source)
    fixture.models = ModelRegistry([model])
    let id = try await fixture.live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: AgentStepTests.plan())).id
      _ = await begun.value()
      return id
    }
    let second = fixture
    let ended = try await second.live { runtime in
      let events = runtime.subscribe()
      while try await runtime.approvals().waits.isEmpty { _ = await events.next() }
      let wait = try await runtime.approvals().waits[0]
      #expect(wait.kind == .unknownOutcome && wait.question?.contains("fake.send") == true)
      _ = try await runtime.answer(wait.id, decision: decision, by: "test")
      return try #require(try await runtime.wait(for: id, timeout: nil))
    }
    #expect(ended.task.state == (decision == "retry" ? .completed : .failed))
    #expect(calls.next() == (decision == "retry" ? 3 : 2))
    #expect(model.asked["a 1"] == 1)
  }
}
