import Foundation
import SCRProtocol
import SCRRuntime
import SCRStore
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

  /// A task, how it is to end, and how many commits it takes at least: with fewer the drops came to nothing.
  private struct Work: Sendable {
    var plan: JSONValue
    var wanted: End
    var commits: Int
  }

  private static let everything = Work(plan: plan, wanted: wanted, commits: 15)

  /// A shorter one for a store that flushes a disk.
  private static let essence = Work(
    plan: [
      "title": "Essence",
      "steps": [
        ["id": "first", "tool": "fake.effect"],
        ["id": "ask", "needs": ["first"], "wait": ["approval": ["question": "go on?"]]],
        ["id": "end", "needs": ["ask"], "tool": "fake.effect", "arguments": ["text": "${steps.ask.text}"]],
      ], "result": "${steps.end.text}",
    ],
    wanted: End(
      state: .completed, result: "approve", steps: ["first completed", "ask completed", "end completed"], children: [],
      effects: ["first": 1, "end": 1], openWaits: 0), commits: 8)

  /// A store, and the same for the next life.
  private struct Disk: Sendable {
    var store: any TaskStore
    var again: @Sendable () async throws -> any TaskStore
  }

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

  /// Submits the task and answers what it asks until it has ended, or the runtime is gone.
  private static func drive(_ runtime: CognitiveRuntime, _ work: Work) async throws -> TaskSnapshot {
    let subscription = runtime.subscribe()
    defer { subscription.end() }
    let id = try await runtime.submit(TaskSubmission(plan: work.plan, idempotencyKey: key)).id
    while true {
      for wait in try await runtime.approvals().waits {
        _ = try? await runtime.answer(wait.id, decision: wait.options.first, by: "test")
      }
      let snapshot = try await runtime.task(id)
      if snapshot.task.state.isFinal { return snapshot }
      guard await subscription.next() != nil else { throw CancellationError() }
    }
  }

  /// - Returns: how it ended, and whether the crash came at all.
  private static func life(
    _ work: Work, on disk: Disk, crashingAt number: Int, written: Bool
  ) async throws -> (End, Bool) {
    let ledger = Ledger()
    var fixture = RuntimeFixture(source(ledger))
    fixture.store = disk.store
    let hasCrashed = try await DroppedLife.run(fixture, at: number, written: written) { _ = try await drive($0, work) }
    fixture.store = try await disk.again()
    let second = fixture
    let snapshot = try await second.live { try await drive($0, work) }
    let children = try await second.store.tasks(TaskQuery(parent: snapshot.task.id)).tasks
    let open = try await second.store.documents(DocumentQuery(.wait, isOpen: true)).documents.count
    let end = End(
      state: snapshot.task.state, result: snapshot.task.result,
      steps: Set(snapshot.steps.map { "\($0.stepID) \($0.state)" }), children: children.map(\.state),
      effects: ledger.effects, openWaits: open)
    return (end, hasCrashed)
  }

  @Test("dropped before or just after each commit", arguments: [false, true])
  func everywhere(written: Bool) async throws {
    try await Self.drop(Self.everything, written: written) { number in
      let store = InMemoryTaskStore()
      return try await Self.life(
        Self.everything, on: Disk(store: store) { store }, crashingAt: number, written: written)
    }
  }

  @Test("on a disk, which the next life opens anew", arguments: [false, true])
  func onDisk(written: Bool) async throws {
    try await Self.drop(Self.essence, written: written) { number in
      let path = FileManager.default.temporaryDirectory.appending(path: "scr-crash-\(UUID().uuidString)").path
      defer { try? FileManager.default.removeItem(atPath: path) }
      let last = Mutex<(store: SQLiteTaskStore, directory: StateDirectory)?>(nil)
      let close = { @Sendable () async in
        guard let (store, directory) = last.withLock({ $0.take() }) else { return }
        await store.close()
        directory.release()
      }
      let open = { @Sendable () async throws -> any TaskStore in
        await close()
        let directory = try StateDirectory.open(path)
        let store = try await SQLiteTaskStore.open(in: directory)
        last.withLock { $0 = (store, directory) }
        return store
      }
      let disk = Disk(store: try await open(), again: open)
      let found = try await Self.life(Self.essence, on: disk, crashingAt: number, written: written)
      await close()
      return found
    }
  }

  private static func drop(
    _ work: Work, written: Bool, _ life: (Int) async throws -> (End, Bool)
  ) async throws {
    var number = 1
    while true {
      let (end, hasCrashed) = try await life(number)
      #expect(end == work.wanted, "dropped at commit \(number)")
      if !hasCrashed { break }
      number += 1
    }
    #expect(number > work.commits)
  }
}
