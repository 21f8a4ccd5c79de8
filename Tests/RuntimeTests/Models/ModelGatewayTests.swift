import SCRProtocol
import SCRTestSupport
import Synchronization
import Testing

@testable import SCRRuntime

struct ModelGatewayTests {
  private let clock = ManualClock()

  private func traffic(_ budget: RetryBudget = RetryBudget(), failures: Int = 100) -> ModelTraffic {
    ModelTraffic(
      prices: PriceTable([
        .init(models: "*", from: Timestamp(milliseconds: 0), inputMicros: 1_000_000, outputMicros: 1_000_000)
      ]), breaker: CircuitBreaker.Rules(failures: failures, cooldown: .seconds(30)), budget: budget, clock: clock,
      random: { 0 })
  }

  /// Beside what a provider is asked: how often.
  private final class Watched: ModelProvider {
    private let inner: any ModelProvider
    let asked = Signal<ModelRequest>()
    var profile: ModelProfile { inner.profile }

    init(_ inner: any ModelProvider) { self.inner = inner }

    func generate(
      _ request: ModelRequest, onEvent: @Sendable (ModelEvent) async throws -> Void
    ) async throws {
      asked.fire(request)
      try await inner.generate(request, onEvent: onEvent)
    }
  }

  private func watched(_ name: String, _ turns: JSONValue...) throws -> Watched {
    Watched(ScriptedProvider(name: name, script: try Self.script(turns), clock: clock))
  }

  private func line(_ provider: Watched) -> ModelGateway.Line { ModelGateway.Line(provider, maxConcurrent: 8) }

  private func line(_ name: String, _ turns: JSONValue...) throws -> ModelGateway.Line {
    ModelGateway.Line(ScriptedProvider(name: name, script: try Self.script(turns), clock: clock), maxConcurrent: 8)
  }

  private static func script(_ turns: [JSONValue]) throws -> ModelScript {
    try ModelScript(
      json: .array(
        turns.map { turn in
          var fields = turn.objectValue ?? [:]
          fields["role"] = "worker"
          return .object(fields)
        }))
  }

  private func request(_ change: (inout ModelRequest) -> Void = { _ in }) -> ModelRequest {
    var request = ModelRequest(messages: [.user("go")], purpose: ModelPurpose(role: "worker", taskID: TaskID("t")))
    change(&request)
    return request
  }

  private let once = ModelGateway.Rules(retry: ModelRetryPolicy(attempts: 1))

  // MARK: Retries

  @Test func `a failure that may pass is tried again after its wait, and leaves no trace in the answer`() async throws {
    let gateway = ModelGateway(
      try line("a", ["error": "overloaded"], ["text": "hi ", "usage": ["inputTokens": 3, "outputTokens": 2]]),
      traffic: traffic())
    let seen = Signal<ModelEvent>()
    async let answer = gateway.respond(to: request()) { seen.fire($0) }
    await clock.waitForSleepers(1, notBefore: .milliseconds(250))
    clock.advance(by: .milliseconds(250))
    #expect(try await answer.text == "hi ")
    #expect(
      seen.all == [
        .started(ModelStart(provider: "a", model: "scripted", id: "turn-2", isScripted: true)), .text("hi "),
        .usage(ModelUsage(inputTokens: 3, outputTokens: 2, costMicros: 5)), .finished(.stop),
      ])
  }

  @Test func `after the first word an error ends the request`() async throws {
    let (first, second) = try (
      watched("a", ["text": "so ", "error": "cut"], ["text": "never"]), watched("b", ["text": "never"])
    )
    let gateway = ModelGateway(line(first), failover: [line(second)], traffic: traffic())
    let seen = Signal<ModelEvent>()
    let error = try #require(await failure { try await gateway.respond(to: request()) { seen.fire($0) } })
    #expect(error.code == .cut && seen.all.last == .text("so "))
    #expect(first.asked.all.count == 1 && second.asked.all.isEmpty)
  }

  // MARK: Failover

  @Test func `another provider answers where the first failed, in the order of the list`() async throws {
    let lines = try [
      watched("a", ["error": "server"]), watched("b", ["error": "quota"]), watched("c", ["text": "from c"]),
    ]
    let gateway = ModelGateway(
      line(lines[0]), failover: lines.dropFirst().map { line($0) }, rules: once, traffic: traffic())
    let answer = try await gateway.respond(to: request { $0.model = "only-a-has-it" })
    #expect(answer.text == "from c" && answer.start?.provider == "c" && answer.start?.model == "scripted")
    #expect(!answer.isDegraded)
    #expect(lines.map { $0.asked.all.map(\.model) } == [["only-a-has-it"], [nil], [nil]])
  }

  @Test(arguments: ["auth", "invalid_request", "context_too_long", "refused"])
  func `a wrong key or request goes to nobody else`(code: String) async throws {
    let gateway = ModelGateway(
      try line("a", ["error": .string(code)]), failover: [try line("b", ["text": "never"])],
      standIn: try line("s", ["text": "never"]), traffic: traffic())
    #expect(await failure { try await gateway.respond(to: request()) }?.code.rawValue == code)
  }

  @Test func `when all fail the first error is told, unless a stand-in was wanted, whose answers say so`() async throws
  {
    let (server, overloaded): (JSONValue, JSONValue) = (["error": "server"], ["error": "overloaded"])
    let failing = try (
      line("a", server, server, server), line("b", overloaded, overloaded, overloaded)
    )
    let traffic = traffic()
    let closed = ModelGateway(failing.0, failover: [failing.1], rules: once, traffic: traffic)
    #expect(await failure { try await closed.respond(to: request()) }?.code == .server)
    let open = ModelGateway(
      failing.0, failover: [failing.1], standIn: try line("s", ["text": "as if"], ["text": "again"]), rules: once,
      traffic: traffic)
    let cached = request { $0.cache = .always }
    let answer = try await open.respond(to: cached)
    #expect(answer.text == "as if" && answer.isDegraded && answer.provenance["degraded"] == true)
    #expect(try await open.respond(to: cached).text == "again", "it was not kept")
  }

  @Test func `the budget for extra requests stops retries and failover together`() async throws {
    let traffic = traffic(RetryBudget(limit: 0))
    let gateway = ModelGateway(
      try line("a", ["error": "server"], ["text": "never"]), failover: [try line("b", ["text": "never"])],
      traffic: traffic)
    #expect(await failure { try await gateway.respond(to: request()) }?.code == .server)
  }

  @Test func `an open circuit costs nothing, and the next provider answers`() async throws {
    let traffic = traffic(failures: 1)
    let gateway = ModelGateway(
      try line("a", ["error": "server"], ["text": "back"]), failover: [try line("b", ["text": "1"], ["text": "2"])],
      rules: once, traffic: traffic)
    for text in ["1", "2"] { #expect(try await gateway.respond(to: request()).text == text) }
    clock.advance(by: .seconds(30))
    #expect(try await gateway.respond(to: request()).text == "back")
    #expect(traffic.breaker(of: "a").state == .closed(failures: 0))
  }

  @Test func `a cancelled probe does not keep the circuit open`() async throws {
    let traffic = traffic(failures: 1)
    let gateway = ModelGateway(
      try line("a", ["error": "server"], ["text": "late", "delayMs": 1000], ["text": "back"]), rules: once,
      traffic: traffic)
    _ = await failure { try await gateway.respond(to: request()) }
    clock.advance(by: .seconds(30))
    await withTaskGroup(of: Void.self) { group in
      group.addTask { _ = try? await gateway.respond(to: request()) }
      await clock.waitForSleepers(1, notBefore: .milliseconds(1000))
      group.cancelAll()
    }
    #expect(try await gateway.respond(to: request()).text == "back")
  }

  // MARK: Structure

  private let output = ModelOutput(
    name: "count", schema: ["type": "object", "properties": ["n": ["type": "integer"]], "required": ["n"]])

  @Test func `an answer that is not by its schema is asked for again, and nothing of it is shown`() async throws {
    let gateway = ModelGateway(
      try line(
        "a", ["text": "{\"n\": \"two\"}", "usage": ["inputTokens": 1, "outputTokens": 1]],
        [
          "match": "That answer cannot be used: n: .*integer", "text": "```json\n{\"n\": 2}\n```",
          "usage": ["inputTokens": 4, "outputTokens": 1],
        ]),
      traffic: traffic())
    let seen = Signal<ModelEvent>()
    let answer = try await gateway.respond(to: request { $0.output = output }) { seen.fire($0) }
    #expect(answer.text == "{\"n\": 2}" && answer.usage == ModelUsage(inputTokens: 5, outputTokens: 2, costMicros: 7))
    #expect(seen.all.filter { if case .text = $0 { true } else { false } } == [.text("{\"n\": 2}")])
  }

  @Test func `an answer that its asker checks is given as it is, after one request`() async throws {
    let provider = try watched(
      "a", ["text": "no JSON", "usage": ["inputTokens": 1, "outputTokens": 1]], ["text": "{\"n\": 2}"])
    let gateway = ModelGateway(line(provider), traffic: traffic())
    let own = ModelOutput(name: output.name, schema: output.schema, isCheckedByAsker: true)
    let answer = try await gateway.respond(to: request { $0.output = own })
    #expect(answer.text == "no JSON" && answer.usage.totalTokens == 2)
    #expect(provider.asked.all.count == 1)
  }

  @Test func `repairs end, and say what was wrong`() async throws {
    let gateway = ModelGateway(
      try line("a", ["text": "no"], ["text": "no"], ["text": "no"], ["text": "{\"n\":1}"]), traffic: traffic())
    let error = try #require(await failure { try await gateway.respond(to: request { $0.output = output }) })
    #expect(
      error.code == .outputInvalid
        && error.message.hasPrefix("a gave no answer by its schema in 3 attempts: it is not JSON"))
  }

  @Test func `what is held back may still be asked for elsewhere after its first words`() async throws {
    let gateway = ModelGateway(
      try line("a", ["text": "{\"n\": ", "error": "cut"]), failover: [try line("b", ["text": "{\"n\": 5}"])],
      rules: once,
      traffic: traffic())
    let answer = try await gateway.respond(to: request { $0.output = output })
    #expect(answer.text == "{\"n\": 5}" && answer.start?.provider == "b")
  }

  @Test func `calls of tools come before the structured answer and are not checked`() async throws {
    let gateway = ModelGateway(
      try line("a", ["toolCalls": [["name": "t", "arguments": ["x": 1]]]]), traffic: traffic())
    let answer = try await gateway.respond(to: request { $0.output = output })
    #expect(answer.finish == .toolCalls && answer.toolCalls.map(\.name) == ["t"])
  }

  // MARK: Cache, concurrency

  @Test func `an equal request is answered from what was kept, says so and costs nothing`() async throws {
    let provider = try watched(
      "a", ["text": "kept", "usage": ["inputTokens": 9, "outputTokens": 1]], ["text": "never"])
    let gateway = ModelGateway(line(provider), traffic: traffic())
    let asked = request { ($0.cache, $0.temperature) = (.ifDeterministic, 0) }
    let first = try await gateway.respond(to: asked)
    let second = try await gateway.respond(to: asked)
    #expect(first.text == "kept" && first.start?.isCached == false)
    #expect(second.text == "kept" && second.start?.isCached == true && second.usage == ModelUsage())
    #expect(provider.asked.all.count == 1 && first.usage.totalTokens == 10 && first.usage.costMicros == 10)
  }

  @Test func `only so many requests are with a provider at once, the others follow in order`() async throws {
    let turns = (0..<4).map { _ in ["role": "worker", "text": "x", "delayMs": 100] as JSONValue }
    let provider = ScriptedProvider(name: "a", script: try ModelScript(json: .array(turns)), clock: clock)
    let gateway = ModelGateway(ModelGateway.Line(provider, maxConcurrent: 2), traffic: traffic())
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<4 { group.addTask { try await gateway.respond(to: request()).text } }
      for _ in 0..<2 {
        await clock.waitForSleepers(2, within: .milliseconds(100))
        clock.advance(by: .milliseconds(100))
        for _ in 0..<2 {
          let text = try await group.next()
          #expect(text == "x")
        }
      }
    }
  }

  @Test func `too many that wait are refused, and one that is cancelled frees its place`() async throws {
    let gate = ModelGate(limit: 1, mostWaiting: 1)
    let (inside, open) = (Signal<Void>(), Gate())
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await gate.pass("a") {
          inside.fire()
          try await open.pass()
        }
      }
      _ = await inside.values(1)
      try await withThrowingTaskGroup(of: Bool.self) { waiters in
        for _ in 0..<2 {
          waiters.addTask {
            do { try await gate.pass("a") {} } catch let error as ModelError { return error.code == .busy } catch {}
            return false
          }
        }
        let isRefused = try await waiters.next()
        #expect(isRefused == true, "the second to wait is refused at once")
        waiters.cancelAll()
      }
      open.open()
      try await group.waitForAll()
    }
    try await gate.pass("a") {}
  }
}
