import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("What models took is known after the process", .timeLimit(.minutes(1)))
struct ModelAccountsTests {
  private static let source = FakeToolSource(
    effects: ["read": .readOnly], ["read": { _ in ToolResult(text: "read") }])

  private static func fixture(_ model: ModelFake) -> RuntimeFixture {
    var fixture = RuntimeFixture(source)
    fixture.models = ModelRegistry([model])
    return fixture
  }

  private static let working = ModelFake { request in
    request.turns == 0 ? ModelFake.calls(("fake_read", [:]), tokens: 7) : ModelFake.text("ok", tokens: 5)
  }

  private static func row(_ calls: Int, failures: Int = 0, tokens: Int64) -> ModelLedger.Row {
    var row = ModelLedger.Row()
    (row.calls, row.failures, row.usage) = (calls, failures, ModelUsage(inputTokens: tokens))
    return row
  }

  @Test("turns are told by task, role and model in the next life, and with their task")
  func lives() async throws {
    let fixture = Self.fixture(Self.working)
    let ended = try await fixture.live { try await $0.complete(AgentStepTests.plan()) }
    let key = ModelLedger.Key(role: "worker", provider: "fake", model: "m")
    #expect(ended.accounts.rows == [key: Self.row(2, tokens: 12)])
    let (ledger, day) = try await fixture.live { runtime in
      (try await runtime.modelAccounts(since: runtime.now.day), runtime.now.day)
    }
    var dated = key
    (dated.day, dated.taskID) = (day, ended.task.id)
    #expect(ledger.rows == [dated: Self.row(2, tokens: 12)])
    #expect(
      ledger.grouped { ModelLedger.Key(provider: $0.provider) }.json == [
        [
          "provider": "fake", "calls": 2, "failures": 0, "cached": 0,
          "usage": ["inputTokens": 12, "outputTokens": 0],
        ]
      ])
    let later = try await fixture.make().modelAccounts(since: "2999-01-01")
    #expect(later.isEmpty)
  }

  @Test("a request that failed counts as one, and its retry as another")
  func failures() async throws {
    let tries = Counter()
    let model = ModelFake { _ in
      if tries.next() == 1 { throw ModelError(.overloaded, "too busy") }
      return ModelFake.text("ok", tokens: 4)
    }
    let ended = try await Self.fixture(model).live {
      try await $0.complete(AgentStepTests.plan(["retry": ["attempts": 2, "backoffMs": 0]]))
    }
    #expect(ended.accounts.sum == Self.row(2, failures: 1, tokens: 4))
    #expect(Array(ended.accounts.rows.keys) == [ModelLedger.Key(role: "worker", provider: "fake", model: "m")])
  }

  @Test("when a task is removed, with its children, the sums of its days stay")
  func pruned() async throws {
    let fixture = Self.fixture(Self.working)
    let child: JSONValue = ["steps": [["id": "c", "agent": "writer", "goal": "Write."]]]
    let ended = try await fixture.live { runtime in
      try await runtime.complete([
        "steps": [["id": "a", "agent": "worker", "goal": "Work."], ["id": "b", "plan": child]]
      ])
    }
    #expect(ended.task.state == .completed)
    let before = try await fixture.make().modelAccounts(since: "2000-01-01")
    #expect(before.sum == Self.row(4, tokens: 24))
    fixture.clock.advance(by: .seconds(3 * 86_400))
    let pruner = Pruner(store: fixture.store, clock: fixture.clock)
    for _ in 1...2 { try await pruner.prune(Retention(tasks: [.completed: .seconds(60)])) }
    #expect(try await fixture.store.tasks(TaskQuery()).tasks.isEmpty)
    let after = try await fixture.make().modelAccounts(since: "2000-01-01")
    #expect(
      after
        == before.grouped { key in
          var key = key
          key.taskID = nil
          return key
        })
    fixture.clock.advance(by: .seconds(500 * 86_400))
    try await pruner.prune(Retention())
    #expect(try await fixture.make().modelAccounts(since: "2000-01-01").isEmpty)
  }

  @Test("chats count in the sums of their day, however many end at once")
  func chats() async throws {
    let fixture = Self.fixture(ModelFake { _ in ModelFake.text("ok", tokens: 3) })
    let runtime = try await fixture.make()
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 1...8 { group.addTask { try await runtime.chat(try ChatRequest("Go.")) { _ in }.isCounted } }
      for try await isCounted in group { #expect(isCounted) }
    }
    let key = ModelLedger.Key(day: runtime.now.day, role: "chat", provider: "fake", model: "m")
    #expect(try await fixture.make().modelAccounts(since: "2000-01-01").rows == [key: Self.row(8, tokens: 24)])
    fixture.clock.advance(by: .seconds(86_400))
    _ = try await runtime.chat(try ChatRequest("Go.")) { _ in }
    #expect(try await runtime.modelAccounts(since: runtime.now.day).sum == Self.row(1, tokens: 3))
    #expect(try await runtime.modelAccounts(since: "").sum == Self.row(9, tokens: 27), "also what midnight lies behind")
  }

  @Test("what a turn took reads as it was written")
  func coding() throws {
    let brief = AgentBrief(taskID: TaskID("t"), stepID: "a", kind: .worker, goal: "g")
    let profile = ModelProfile(name: "p", kind: "openai", model: "m")
    let error = ModelError(.rateLimited, "slow down", hint: "wait", provider: "other")
    let failed = ModelTurn(brief, 3, error, provider: profile)
    #expect(failed.provider == "other" && failed.model.isEmpty && ModelTurn(json: failed.json) == failed)
    var own = ModelError(.rateLimited, "slow down")
    own.model = "large"
    let asked = ModelTurn(brief, 3, own, provider: profile)
    #expect(asked.provider == "p" && asked.model == "large")
    #expect(ModelTurn(json: ["turn": 1]) == nil)
    #expect(failed.row == Self.row(1, failures: 1, tokens: 0))
  }
}
