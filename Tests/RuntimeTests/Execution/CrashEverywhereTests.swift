import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Synchronization
import Testing

/// A task with everything in it, whose runtime is dropped at one commit after the other.
@Suite("Wherever the runtime is dropped, the task ends the same, and each effect happens once")
struct CrashEverywhereTests {
  private static let key = "everything"
  private static let plan: JSONValue = [
    "title": "Everything", "inputs": ["n": 1],
    "steps": [
      ["id": "first", "tool": "fake.effect"],
      ["id": "ask", "needs": ["first"], "wait": ["approval": ["question": "go on?"]]],
      ["id": "flaky", "tool": "fake.flaky", "retry": ["attempts": 5, "backoffMs": 0]],
      ["id": "broken", "tool": "fake.broken", "onFailure": "continue"],
      ["id": "past", "wait": ["time": ["until": "2000-01-01T00:00:00Z"]]],
      [
        "id": "child", "needs": ["ask"], "inputs": ["n": "${inputs.n}"],
        "plan": [
          "title": "Inner", "inputs": ["n": nil],
          "steps": [
            ["id": "inner", "tool": "fake.effect"],
            ["id": "sure", "needs": ["inner"], "wait": ["approval": ["question": "sure?", "options": ["yes"]]]],
            ["id": "last", "needs": ["sure"], "tool": "fake.effect"],
          ], "result": "${steps.last.text} ${inputs.n}",
        ],
      ],
      [
        "id": "end", "needs": ["flaky", "past"], "tool": "fake.effect",
        "arguments": ["text": "${steps.child.text} ${steps.broken.isError} ${steps.ask.text}"],
      ],
    ], "result": "${steps.end.text}",
  ]

  private struct End: Hashable, Sendable {
    var state: TaskState?
    var result: JSONValue?
    var steps: Set<String>
    var children: [TaskState]
    var effects: [String: Int]
    var openWaits: Int
  }

  private static let wanted = End(
    state: .completed, result: "done 1 true approve",
    steps: [
      "first completed", "ask completed", "flaky completed", "broken failed", "past completed", "child completed",
      "end completed",
    ], children: [.completed], effects: ["first": 1, "inner": 1, "last": 1, "end": 1], openWaits: 0)

  /// Effects by step, each counted once per idempotency key, as an idempotent server does.
  private final class Ledger: Sendable {
    private let keys = Mutex<[String: String]>([:])
    private let tries = Mutex(0)

    func take(_ call: ToolCall) {
      let (key, step) = (call.context.idempotencyKey ?? "", call.context.stepID ?? "")
      keys.withLock { $0[key] = step }
    }

    func failsNow() -> Bool {
      tries.withLock { tries in
        tries += 1
        return tries == 1
      }
    }

    var effects: [String: Int] {
      keys.withLock { keys in keys.values.reduce(into: [:]) { $0[$1, default: 0] += 1 } }
    }
  }

  private static func source(_ ledger: Ledger) -> FakeToolSource {
    FakeToolSource(
      effects: ["effect": .idempotent, "flaky": .idempotent, "broken": .readOnly],
      [
        "effect": { call in
          ledger.take(call)
          return ToolResult(text: call.arguments["text"]?.stringValue ?? "done")
        },
        "flaky": { _ in ToolResult(text: "x", isError: ledger.failsNow()) },
        "broken": { _ in ToolResult(text: "broken", isError: true) },
      ])
  }

  /// Drops the runtime at its `number`-th commit, before it is written or just after.
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

  /// Submits the task and answers what it asks until it has ended, or the runtime is gone.
  private static func drive(_ runtime: CognitiveRuntime) async throws -> TaskSnapshot {
    let subscription = runtime.subscribe()
    defer { subscription.end() }
    let id = try await runtime.submit(TaskSubmission(plan: plan, idempotencyKey: key)).id
    while true {
      for wait in try await runtime.approvals().waits {
        _ = try? await runtime.answer(wait.id, decision: wait.options.first, by: "test")
      }
      let snapshot = try await runtime.task(id)
      if snapshot.task.state.isFinal { return snapshot }
      guard await subscription.next() != nil else { throw CancellationError() }
    }
  }

  /// Time passes for a runtime that is gone: what is left of it sleeps before it tries its store again.
  private static func pass(_ clock: ManualClock, after crashed: OneShot<Void>) async {
    guard await crashed.value() != nil else { return }
    while !Task.isCancelled {
      await clock.waitForSleepers(1)
      clock.advance(by: .seconds(1))
    }
  }

  /// - Returns: how it ended, and whether the crash came at all.
  private static func life(crashingAt number: Int, written: Bool) async throws -> (End, Bool) {
    let ledger = Ledger()
    let fixture = RuntimeFixture(source(ledger))
    let crashed = OneShot<Void>()
    var first = fixture
    first.store = store(over: fixture.store, at: number, written: written, crashed)
    let doomed = first
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await pass(fixture.clock, after: crashed) }
      try await doomed.live { runtime in
        await withTaskGroup(of: Void.self) { group in
          group.addTask { _ = try? await drive(runtime) }
          group.addTask { _ = await crashed.value() }
          await group.next()
          group.cancelAll()
        }
      }
      group.cancelAll()
      // One more sleeper, so that whoever moves the clock sees the end.
      let sleeper = Task { [clock = fixture.clock] in try? await clock.sleep(for: .seconds(1)) }
      try await group.waitForAll()
      sleeper.cancel()
    }
    let snapshot = try await fixture.live { try await drive($0) }
    let children = try await fixture.store.tasks(TaskQuery(parent: snapshot.task.id)).tasks
    let open = try await fixture.store.documents(DocumentQuery(.wait, isOpen: true)).documents.count
    let end = End(
      state: snapshot.task.state, result: snapshot.task.result,
      steps: Set(snapshot.steps.map { "\($0.stepID) \($0.state)" }), children: children.map(\.state),
      effects: ledger.effects, openWaits: open)
    return (end, crashed.current != nil)
  }

  @Test("dropped before or just after each commit", arguments: [false, true])
  func everywhere(written: Bool) async throws {
    var number = 1
    while true {
      let (end, hasCrashed) = try await Self.life(crashingAt: number, written: written)
      #expect(end == Self.wanted, "dropped at commit \(number)")
      if !hasCrashed { break }
      number += 1
    }
    // A task in so many commits; fewer would mean that the drops came to nothing.
    #expect(number > 15)
  }
}
