import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Synchronization
import Testing

@Suite("Calls of tools that take no time")
struct InlineCallTests {
  /// Says how often it was called.
  private final class Tally: InlineTool {
    let descriptor: ToolDescriptor
    private let limit: Int
    private let count = Counter()

    /// - Parameter limit: calls above it fail.
    init(_ name: String, effect: ToolEffect = .readOnly, limit: Int = .max) {
      self.limit = limit
      descriptor = ToolDescriptor(
        name: ToolName(tool: name), description: "Counts.", inputSchema: ["type": "object"], effect: effect)
    }

    func run(_ arguments: JSONObject) -> ToolResult {
      let number = count.next()
      return ToolResult(text: "\(number)", isError: number > limit)
    }
  }

  private static let plan: JSONValue = [
    "title": "Three",
    "steps": [
      ["id": "a", "tool": "tally"], ["id": "b", "tool": "tally", "needs": ["a"]],
      ["id": "c", "tool": "tally", "needs": ["b"]],
    ],
    "result": "${steps.c.text}",
  ]

  /// The kinds of the changes of each commit.
  private final class Commits: Sendable {
    private let found = Mutex<[[String]]>([])
    var all: [[String]] { found.withLock { $0 } }
    func add(_ batch: StoreBatch) {
      let words = batch.changes.map { change in
        switch change {
        case .insertTask: "insert"
        case .claimTask: "claim"
        case .updateTask: "task"
        case .putStep(let step): "\(step.stepID) \(step.state)"
        default: "other"
        }
      }
      // Those of agents' lives are events alone.
      if !words.isEmpty { found.withLock { $0.append(words) } }
    }
  }

  private func fixture(_ tool: Tally, _ commits: Commits) -> RuntimeFixture {
    var fixture = RuntimeFixture(FakeToolSource(["note": { _ in ToolResult(text: "noted") }]))
    fixture.inlineTools = [tool]
    fixture.store = InterceptedTaskStore(
      fixture.store, beforeBatch: { batch async throws(StoreError) in commits.add(batch) })
    return fixture
  }

  @Test("those that follow each other, and the end of the task, are one commit")
  func together() async throws {
    let commits = Commits()
    let fixture = fixture(Tally("tally"), commits)
    let snapshot = try await fixture.live { try await $0.complete(Self.plan) }
    #expect(snapshot.task.state == .completed)
    #expect(snapshot.task.result == "3")
    #expect(snapshot.outline == ["a completed 1", "b completed 1", "c completed 1"])
    #expect(commits.all == [["insert"], ["claim"], ["a completed", "b completed", "c completed", "task"]])
    let events = try await fixture.store.events(since: 0, taskID: snapshot.task.id, limit: 99).map {
      "\($0.kind) \($0.stepID ?? "")"
    }
    let steps = ["a", "b", "c"].flatMap { id in
      ["step.ready", "step.started", "tool.called", "tool.returned", "step.completed"].map { "\($0) \(id)" }
    }
    #expect(
      events == ["task.submitted ", "task.queued ", "task.started ", "plan.created "] + steps + ["task.completed "])
  }

  @Test("what comes before another tool is written down before that tool is called")
  func before() async throws {
    let commits = Commits()
    let fixture = fixture(Tally("tally"), commits)
    let snapshot = try await fixture.live {
      try await $0.complete([
        "title": "Mixed",
        "steps": [["id": "a", "tool": "tally"], ["id": "b", "tool": "fake.note", "needs": ["a"]]],
      ])
    }
    #expect(snapshot.outline == ["a completed 1", "b completed 1"])
    #expect(commits.all == [["insert"], ["claim"], ["a completed", "b running"], ["b completed", "task"]])
  }

  @Test("a tool that nobody vouches for has its intent written down first")
  func unknown() async throws {
    let commits = Commits()
    let fixture = fixture(Tally("tally", effect: .unknown), commits)
    let snapshot = try await fixture.live {
      try await $0.complete(["title": "One", "steps": [["id": "a", "tool": "tally"]]])
    }
    #expect(snapshot.task.state == .completed)
    #expect(commits.all == [["insert"], ["claim"], ["a running"], ["a completed", "task"]])
  }

  @Test("one that fails is tried again after its pause, as any other")
  func retried() async throws {
    let commits = Commits()
    let fixture = fixture(Tally("tally", limit: 0), commits)
    let snapshot = try await fixture.live { runtime in
      let id = try await runtime.submit(
        TaskSubmission(plan: [
          "title": "One",
          "steps": [["id": "a", "tool": "tally", "retry": ["attempts": 2, "backoffMs": 500, "jitter": 0]]],
        ])
      ).id
      await fixture.clock.waitForSleepers(1, within: .milliseconds(500), notBefore: .milliseconds(500))
      fixture.clock.advance(by: .milliseconds(500))
      return try #require(try await runtime.wait(for: id, timeout: nil))
    }
    #expect(snapshot.task.state == .failed)
    #expect(snapshot.outline == ["a failed 2"])
    #expect(commits.all == [["insert"], ["claim"], ["a ready"], ["a failed", "task"]])
  }

  @Test(
    "after a crash before their commit they are made again; after one behind it they are not", arguments: [false, true])
  func crash(isWritten: Bool) async throws {
    var fixture = RuntimeFixture(FakeToolSource(["note": { _ in ToolResult(text: "noted") }]))
    fixture.inlineTools = [Tally("tally")]
    let ids = OneShot<TaskID>()
    let isOutcome: @Sendable (StoreBatch) -> Bool = { batch in
      batch.changes.contains { if case .putStep(let step) = $0 { step.state == .completed } else { false } }
    }
    let came = try await DroppedLife.run(fixture, atFirst: isOutcome, written: isWritten) { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: Self.plan)).id
      ids.fire(id)
      _ = try await runtime.wait(for: id, timeout: nil)
    }
    #expect(came)
    let id = try #require(ids.current)
    let snapshot = try #require(try await fixture.live { try await $0.wait(for: id, timeout: nil) })
    #expect(snapshot.outline == ["a completed 1", "b completed 1", "c completed 1"])
    // What is left of a runtime that cannot write may call again as often as it tries.
    #expect((snapshot.task.result == "3") == isWritten)
  }

  @Test("more than sixty-four in a row are several commits")
  func many() async throws {
    let commits = Commits()
    let fixture = fixture(Tally("tally"), commits)
    let steps = (0..<70).map { number -> JSONValue in
      let needs: [JSONValue] = number == 0 ? [] : [.string("s\(number - 1)")]
      return ["id": .string("s\(number)"), "tool": "tally", "needs": .array(needs)]
    }
    let snapshot = try await fixture.live { try await $0.complete(["title": "Many", "steps": .array(steps)]) }
    #expect(snapshot.task.state == .completed)
    #expect(commits.all.map(\.count) == [1, 1, 65, 7])
  }
}
