import SCRProtocol
import SCRTestSupport
import Synchronization
import Testing

@testable import SCRRuntime

struct ScriptedProviderTests {
  private func provider(_ script: JSONValue, clock: any RuntimeClock = ManualClock()) throws -> ScriptedProvider {
    ScriptedProvider(name: "demo", script: try ModelScript(json: script), clock: clock)
  }

  private func ask(_ role: String, _ messages: ModelMessage...) -> ModelRequest {
    ModelRequest(messages: messages, purpose: ModelPurpose(role: role))
  }

  @Test func `turns are used once each, in order, by role`() async throws {
    let demo = try provider([
      ["role": "worker", "text": "first"], ["role": "critic", "text": "fine"], ["role": "worker", "text": "second"],
    ])
    var said: [String] = []
    for role in ["worker", "worker", "critic"] { said.append(try await demo.respond(to: ask(role, .user("go"))).text) }
    #expect(said == ["first", "second", "fine"])
  }

  @Test func `a turn is passed over while its match is not in what the model was told since it last spoke`()
    async throws
  {
    let demo = try provider([
      ["role": "worker", "match": "tax(es)?", "text": "of taxes"], ["role": "worker", "text": "of anything"],
    ])
    let old = ask("worker", .user("taxes"), .assistant("yes"), .user("weather"))
    #expect(try await demo.respond(to: old).text == "of anything")
    let result = ModelToolResult(callID: "1", name: "t", text: "the tax is due")
    #expect(try await demo.respond(to: ask("worker", .results([result]))).text == "of taxes")
  }

  @Test func `running out is an error that tells whether turns were left`() async throws {
    let demo = try provider([["role": "worker", "match": "^never$", "text": "x"]])
    for (role, message) in [
      ("worker", "none of the 1 turns left for worker in the script of demo matches"),
      ("planner", "the script of demo has no more turns for planner"),
    ] {
      let error = try #require(await failure { try await demo.respond(to: ask(role, .user("go"))) })
      #expect(error.code == .scriptExhausted && error.message == message && !error.isRetryable)
    }
  }

  @Test func `an answer says that it is scripted, and adds up from its events`() async throws {
    let demo = try provider([
      [
        "role": "worker", "text": "let me look ",
        "toolCalls": [["name": "calculator", "arguments": ["expression": "1+1"]]],
        "usage": ["inputTokens": 5, "outputTokens": 7],
      ]
    ])
    let seen = Mutex<[ModelEvent]>([])
    let response = try await demo.respond(to: ask("worker", .user("go"))) { event in seen.withLock { $0.append(event) }
    }
    let call = ModelToolCall(id: "call_1_1", name: "calculator", arguments: ["expression": "1+1"])
    #expect(
      seen.withLock { $0 } == [
        .started(ModelStart(provider: "demo", model: "scripted", id: "turn-1", isScripted: true)), .text("let "),
        .text("me "),
        .text("look "), .toolCallStarted(call: 0, id: "call_1_1", name: "calculator"), .toolCall(call: 0, call),
        .usage(ModelUsage(inputTokens: 5, outputTokens: 7)), .finished(.toolCalls),
      ])
    #expect(response.message == ModelMessage(role: .assistant, parts: [.text("let me look "), .toolCall(call)]))
    #expect(
      response.provenance == [
        "provider": "demo", "model": "scripted", "finish": "toolCalls",
        "usage": ["inputTokens": 5, "outputTokens": 7], "scripted": true,
      ])
    var again = ModelResponse()
    for event in response.events { again.add(event) }
    #expect(again == response)
  }

  @Test
  func `answers that are recalled are used, with the errors of their role before them; strange ones are passed over`()
    async throws
  {
    let demo = try provider([
      ["role": "worker", "text": "first"], ["role": "worker", "error": "overloaded"],
      ["role": "critic", "text": "fine"],
      ["role": "worker", "text": "second"], ["role": "worker", "text": "third"],
    ])
    let starts = ["turn-4", "turn-99", "turn-x", nil].map { ModelStart(provider: "demo", model: "scripted", id: $0) }
    for _ in 1...2 { demo.recall(starts) }
    var said: [String] = []
    for role in ["worker", "worker", "critic"] { said.append(try await demo.respond(to: ask(role, .user("go"))).text) }
    #expect(said == ["first", "third", "fine"])
  }

  @Test func `an error ends a turn after its text`() async throws {
    let demo = try provider([
      [
        "role": "worker", "text": "so ",
        "error": ["code": "rate_limited", "message": "slow down", "retryAfterMs": 700],
      ]
    ])
    let seen = Mutex<[ModelEvent]>([])
    let error = try #require(
      await failure {
        try await demo.respond(to: ask("worker", .user("go"))) { event in seen.withLock { $0.append(event) } }
      })
    #expect(seen.withLock { $0.last } == .text("so "))
    #expect(error.code == .rateLimited && error.retryAfter == .milliseconds(700) && error.provider == "demo")
    #expect(RuntimeError(error).kind == .rateLimited)
  }

  @Test func `a delay is waited for by the clock`() async throws {
    let clock = ManualClock()
    let demo = try provider([["role": "worker", "text": "late", "delayMs": 500]], clock: clock)
    async let response = demo.respond(to: ask("worker", .user("go")))
    await clock.waitForSleepers(1, notBefore: .milliseconds(500))
    clock.advance(by: .milliseconds(500))
    #expect(try await response.text == "late")
  }

  @Test(
    arguments: [
      (["role": "worker"], "turns[0]: a turn needs text, toolCalls or error"),
      (["text": "x"], "turns[0].role: a turn needs the role that it answers"),
      (["role": "worker", "tekst": "x"], "turns[0].tekst: unknown member \"tekst\""),
      (["role": "worker", "text": 1], "turns[0].text: expected a string, found integer"),
      (["role": "worker", "text": "x", "delayMs": -1], "turns[0].delayMs: expected a whole number from 0 to 600000"),
      (
        ["role": "worker", "toolCalls": [["arguments": [:]]]],
        "turns[0].toolCalls[0].name: a call needs the name of its tool"
      ),
    ] as [(JSONValue, String)])
  func `what is wrong with a script is told with its place`(turn: JSONValue, problem: String) {
    #expect {
      try ModelScript(json: ["turns": [turn]])
    } throws: { error in
      (error as? ShapeError).map { "\($0.path): \($0.message)" } == problem
    }
  }
}

/// The model's error that `body` ends with.
func failure<Value>(_ body: () async throws -> Value) async -> ModelError? {
  do { _ = try await body() } catch let error as ModelError { return error } catch {}
  return nil
}
