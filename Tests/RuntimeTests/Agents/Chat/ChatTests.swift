import SCRProtocol
import SCRTestSupport
import Synchronization
import Testing

@testable import SCRRuntime

@Suite("A chat", .timeLimit(.minutes(1)))
struct ChatTests {
  static let source = FakeToolSource(
    effects: ["read": .readOnly],
    [
      "read": { call in ToolResult(text: "read \(call.arguments["n"]?.jsonText ?? "")") },
      "broken": { _ in throw ToolError(.serverUnavailable, "the server is gone") },
    ])

  private static func runtime(_ model: ModelFake? = nil, rules: AgentRules = AgentRules()) async throws
    -> CognitiveRuntime
  {
    var fixture = RuntimeFixture(source)
    if let model { fixture.models = ModelRegistry([model]) }
    fixture.configuration.agents = rules
    return try await fixture.make()
  }

  private static func refusal(_ body: () async throws -> Void) async -> RuntimeError? {
    do { try await body() } catch { return error as? RuntimeError }
    return nil
  }

  @Test("tells the answer as it comes, then gives it whole with what it took")
  func plain() async throws {
    let model = ModelFake { _ in
      [
        .reasoning("hm"), .text("It "), .text("is."), .usage(ModelUsage(inputTokens: 3, outputTokens: 2)),
        .finished(.stop),
      ]
    }
    let told = Signal<EventDraft>()
    var request = try ChatRequest([(.system, "Be brief."), (.user, "Is it?"), (.assistant, "What?"), (.user, "It.")])
    request.model = "large"
    let answer = try await Self.runtime(model).chat(request) { told.fire($0) }
    #expect(
      answer.json == [
        "message": ["role": "assistant", "content": "It is."], "provider": "fake", "model": "m", "finish": "stop",
        "usage": ["inputTokens": 3, "outputTokens": 2], "scripted": true, "turns": 1,
      ])
    #expect(
      told.all.map(\.kind.rawValue) == ["model.started", "model.delta", "model.delta", "model.delta", "model.finished"])
    #expect(
      told.all.map(\.data).dropFirst().prefix(2) == [
        ["reasoning": "hm", "agent": "chat", "turn": 1], ["text": "It ", "agent": "chat", "turn": 1],
      ])
    let asked = try #require(model.all.first)
    #expect(
      asked.system == "Be brief." && asked.model == "large" && asked.tools.isEmpty && asked.purpose.role == "chat")
    #expect(asked.messages == [.user("Is it?"), .assistant("What?"), .user("It.")])
    for event in told.all {
      let shape = try #require(EventShape.all.first { $0.kind == event.kind })
      #expect(try JSONSchema.compile(shape.schema).validate(event.data).isEmpty, "\(event)")
    }
  }

  @Test("with tools the model calls what it was given, and nothing else")
  func tools() async throws {
    let model = ModelFake { request in
      request.turns == 0
        ? ModelFake.calls(("fake_read", ["n": 1]), ("calculator", [:]), ("fake_broken", [:]))
        : ModelFake.text("read it")
    }
    var request = try ChatRequest("Read one.")
    request.tools = ["fake.re*", "fake_broken"]
    let told = Signal<EventDraft>()
    let answer = try await Self.runtime(model).chat(request) { told.fire($0) }
    #expect(answer.text == "read it" && answer.report.turns == 2)
    #expect(answer.report.calls == ["fake.read": 1, "fake.broken": 1] && answer.report.usage.inputTokens == 20)
    #expect(model.all[0].tools.map(\.name) == ["fake_broken", "fake_read"])
    let results = model.all[1].results
    #expect(results[0].contains("\nread 1\n") && results[1].hasPrefix("not made: there is no tool \"calculator\""))
    #expect(results[2].contains("server_unavailable: the server is gone"))
    #expect(
      told.all.map(\.kind.rawValue) == [
        "model.started", "model.finished", "tool.called", "tool.returned", "tool.called", "tool.returned",
        "model.started", "model.delta", "model.finished",
      ])
  }

  @Test("it stays within its model's window, and what was left out can be read again")
  func window() async throws {
    let model = ReadingAgain.model()
    var fixture = RuntimeFixture(ReadingAgain.source)
    fixture.models = ModelRegistry([model])
    var request = try ChatRequest("Read it all.")
    request.tools = ["fake.*"]
    let told = Signal<EventDraft>()
    let answer = try await fixture.make().chat(request) { told.fire($0) }
    #expect(answer.text == "read again" && answer.report.calls["read_result"] == 1)
    let last = try #require(model.all.last)
    #expect(last.results.last?.contains("page 1 page 1") == true)
    #expect(last.messages.first?.text.contains("- call 1: fake_page {\"n\":1}") == true)
    #expect(told.all.last { $0.kind.rawValue == "tool.returned" }?.data["isError"] == false)
  }

  @Test("long instructions leave less of the window to the conversation")
  func instructions() async throws {
    var turns: [Int] = []
    for system in ["", String(repeating: "Be kind. ", count: 1000)] {
      let model = ReadingAgain.model()
      var fixture = RuntimeFixture(ReadingAgain.source)
      fixture.models = ModelRegistry([model])
      var request = try ChatRequest("Read it all.")
      (request.tools, request.system) = (["fake.*"], system)
      turns.append(try await fixture.make().chat(request) { _ in }.report.turns)
    }
    #expect(turns[0] > turns[1], "\(turns)")
  }

  @Test("it ends after a bounded number of turns")
  func bounded() async throws {
    let model = ModelFake { request in ModelFake.calls(("fake_read", ["n": .init(request.turns)])) }
    var request = try ChatRequest("Read for ever.")
    request.tools = ["fake.*"]
    let refusal = await Self.refusal {
      _ = try await Self.runtime(model, rules: AgentRules(turns: 3)).chat(request) { _ in }
    }
    #expect(refusal?.kind == .outputInvalid && model.all.count == 3)
    #expect(model.all[2].toolChoice == .none)
  }

  @Test("what cannot be is told before a model is asked")
  func refusals() async throws {
    let model = ModelFake { _ in ModelFake.text("never") }
    let runtime = try await Self.runtime(model)
    for (pattern, kind, hint) in [
      ("fake.reed", ErrorKind.notFound, "did you mean \"fake.read\"?"), ("other.*", .notFound, "list_tools"),
    ] {
      var request = try ChatRequest("Go.")
      request.tools = ["fake.read", pattern]
      let refusal = await Self.refusal { _ = try await runtime.chat(request) { _ in } }
      #expect(refusal?.kind == kind && refusal?.path == "tools[1]" && refusal?.hint?.hasPrefix(hint) == true)
    }
    var request = try ChatRequest("Go.")
    request.provider = "nobody"
    let unknown = await Self.refusal { _ = try await runtime.chat(request) { _ in } }
    #expect(unknown?.kind == .modelUnavailable && unknown?.message == "there is no model provider \"nobody\"")
    let none = await Self.refusal { _ = try await Self.runtime().chat(try ChatRequest("Go.")) { _ in } }
    #expect(none?.kind == .modelUnavailable && none?.hint?.contains("models.providers") == true)
    runtime.shutDown()
    let late = await Self.refusal { _ = try await runtime.chat(try ChatRequest("Go.")) { _ in } }
    #expect(late?.kind == .shuttingDown && model.all.isEmpty)
  }

  @Test(
    "a conversation that cannot be led is refused with its place",
    arguments: [
      ([], "messages", "the conversation is empty"),
      ([(.user, " ")], "messages[0].content", "the message is empty"),
      ([(.assistant, "Hi.")], "messages[0].role", "a conversation begins with the user's words"),
      ([(.user, "Hi."), (.assistant, "Hi.")], "messages[1].role", "a conversation ends with the user's words"),
      ([(.system, "Be brief.")], "messages[0].role", "the conversation has no question"),
      (
        [(.user, "Hi."), (.system, "Be brief.")], "messages[1].role",
        "instructions stand at the beginning of a conversation"
      ),
    ] as [([(ChatRequest.Role, String)], String, String)])
  func conversations(said: [(ChatRequest.Role, String)], path: String, message: String) async {
    let refusal = await Self.refusal { _ = try ChatRequest(said.map { (role: $0.0, text: $0.1) }) }
    #expect(refusal?.kind == .invalidParams && refusal?.path == path && refusal?.message == message)
  }

  @Test("cancelling it cancels the request to the model")
  func cancelled() async throws {
    let (asked, ended) = (OneShot<Void>(), OneShot<Void>())
    let model = ModelFake { _ in
      asked.fire(())
      let never = OneShot<Void>()
      _ = await never.value()
      ended.fire(())
      throw CancellationError()
    }
    let runtime = try await Self.runtime(model)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { _ = try? await runtime.chat(try ChatRequest("Go.")) { _ in } }
      _ = await asked.value()
      group.cancelAll()
    }
    #expect(ended.current != nil)
  }

  @Test("a failure is told with its kind, and counted")
  func failure() async throws {
    let model = ModelFake { _ in throw ModelError(.overloaded, "too busy", hint: "wait") }
    let runtime = try await Self.runtime(model)
    let told = Signal<EventDraft>()
    let refusal = await Self.refusal { _ = try await runtime.chat(try ChatRequest("Go.")) { told.fire($0) } }
    #expect(refusal?.kind == .modelUnavailable && refusal?.isRetryable == true && refusal?.hint == "wait")
    #expect(told.all.last?.data["error"] == ["kind": "model_unavailable", "message": "too busy"])
    #expect(try await runtime.modelAccounts(since: "2000-01-01").sum.failures == 1)
  }

  @Test(
    "a failure counts for the model that was asked; of another provider nobody knows which that was",
    arguments: [(nil, nil, "m"), ("large", nil, "large"), ("large", "fake", "large"), ("large", "other", "")]
      as [(String?, String?, String)])
  func failedModel(asked: String?, provider: String?, model: String) async throws {
    let fake = ModelFake { _ in throw ModelError(.overloaded, "too busy", provider: provider) }
    let runtime = try await Self.runtime(fake)
    var request = try ChatRequest("Go.")
    request.model = asked
    _ = await Self.refusal { _ = try await runtime.chat(request) { _ in } }
    let key = ModelLedger.Key(day: runtime.now.day, role: "chat", provider: provider ?? "fake", model: model)
    #expect(try await Array(runtime.modelAccounts(since: "").rows.keys) == [key])
  }
}
