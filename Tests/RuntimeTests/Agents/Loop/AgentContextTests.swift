import SCRProtocol
import Testing

@testable import SCRRuntime

@Suite("What is sent of a long conversation")
struct AgentContextTests {
  /// Goes through the turns as an attempt does. Three bytes are one token until somebody has counted.
  private static func context(turns: Int, bytes: Int = 100, limit: Int = 333) -> AgentContext {
    var context = AgentContext()
    context.begin([.user("goal")])
    for turn in 1...turns {
      let call = ModelToolCall(id: "c\(turn)", name: "t", arguments: [:])
      context.answered(ModelMessage(role: .assistant, parts: [.toolCall(call)]))
      context.results(
        [ModelToolResult(call, text: String(repeating: "x", count: bytes))],
        calls: [AgentContext.Call(number: turn, line: "t {}")])
      if turn == 2 { context.told("never mind the rest", isKept: true) }
      context.fit(limit, TokenEstimate())
    }
    return context
  }

  @Test("with room for all of it nothing is left out")
  func whole() {
    let messages = Self.context(turns: 5, limit: 5000).messages
    #expect(messages.count == 11 && messages.first == .user("goal"))
  }

  @Test("without room the oldest turns go, with their results, and what people said stays", arguments: 1...40)
  func fitting(turns: Int) {
    let context = Self.context(turns: turns)
    let messages = context.messages
    let calls = messages.flatMap(\.toolCalls).map(\.id)
    let results = messages.flatMap(\.toolResults).map(\.callID)
    #expect(calls == results && calls.last == "c\(turns)")
    #expect(messages.first?.text.hasPrefix("goal") == true)
    #expect(messages.dropFirst().reduce(0) { $0 + $1.bytes } < 1100)
    #expect(messages.contains { $0.text.contains("never mind the rest") } == (turns >= 2))
    #expect(messages.indices.dropFirst().allSatisfy { messages[$0].role != messages[$0 - 1].role })
    // What is left out is named, each call by the number that gives it again.
    let gone = (1...turns).filter { !calls.contains("c\($0)") }
    #expect(gone.allSatisfy { messages.first?.text.contains("\n- call \($0): t {}") == true })
    #expect(context.left == gone.count && context.hasLeftCalls == !gone.isEmpty)
  }

  @Test("of many calls that are left out the newest are named, of the others their numbers")
  func many() {
    let text = Self.context(turns: 120).messages.first?.text ?? ""
    #expect(text.contains("\n- calls 1 to ") && text.utf8.count < 2000)
  }

  @Test("what is sent grows at its end for several turns before its beginning is another")
  func stable() {
    let firsts = (1...40).map { Self.context(turns: $0).messages.prefix(2) }
    let changes = zip(firsts, firsts.dropFirst()).count { $0 != $1 }
    #expect(changes > 3 && changes < 15)
  }

  @Test("a single turn that is too long is sent even so")
  func single() {
    #expect(Self.context(turns: 1, bytes: 5000).messages.count == 3)
  }
}

@Suite("Tokens are estimated from bytes, and corrected by what providers count")
struct TokenEstimateTests {
  @Test("three bytes are one token at first, then as many as were counted, within bounds")
  func corrected() {
    var estimate = TokenEstimate()
    #expect(estimate.tokens(300) == 100 && estimate.tokens(0) == 0 && estimate.tokens(1) == 1)
    estimate.counted(50, in: 300)
    #expect(estimate.tokens(300) == 50)
    estimate.counted(0, in: 300)
    #expect(estimate.tokens(300) == 50)
    estimate.counted(1, in: 300)
    #expect(estimate.tokens(800) == 100)
    estimate.counted(3000, in: 300)
    #expect(estimate.tokens(300) == 300)
  }
}

@Suite("A conversation is kept within its model's window")
struct AgentWindowTests {
  private static func loop(window: Int?, turns: Int, tokens: Int64 = 0) -> AgentLoop {
    var kit = AgentLoopTests.kit(AgentRules(turns: 100, contextTokens: 2000))
    kit.window = window
    var entries = [AgentLoopTests.opening]
    for turn in 1...turns {
      entries.append(AgentLoopTests.answer(calls: [("read", ["n": JSONValue(turn)])], tokens: tokens))
      entries += [.begun(call: turn), .returned(call: turn, AgentResult(text: "result \(turn) of 300 bytes".padded))]
    }
    return AgentLoopTests.loop(kit, entries)
  }

  private static func request(_ loop: AgentLoop) -> ModelRequest? {
    guard case .ask(let request, _) = loop.todo else { return nil }
    return request
  }

  @Test("the smaller of setting and window counts, with room for the answer")
  func smaller() {
    #expect(Self.loop(window: nil, turns: 1).kit.promptTokens == 2000)
    #expect(Self.loop(window: 1000, turns: 1).kit.promptTokens == 750)
    #expect(Self.loop(window: 100_000, turns: 1).kit.promptTokens == 2000)
  }

  @Test("what a provider counted decides when turns are left out")
  func counted() {
    #expect(Self.request(Self.loop(window: nil, turns: 10))?.messages.count == 21)
    // The same bytes, of which a provider made more tokens.
    let counted = Self.request(Self.loop(window: nil, turns: 10, tokens: 4000))
    #expect((counted?.messages.count ?? 0) < 21)
  }

  @Test("a call that is not sent any more can be read again, from when the first is left out")
  func again() throws {
    #expect(Self.request(Self.loop(window: nil, turns: 3))?.tools.map(\.name) == ["read", "write"])
    var loop = Self.loop(window: 1000, turns: 12)
    let request = try #require(Self.request(loop))
    #expect(request.tools.map(\.name) == ["read", "write", "read_result"])
    #expect(request.messages.first?.text.contains("- call 1: read {\"n\":1}, 300 bytes") == true)
    loop.take(AgentLoopTests.answer(calls: [("read_result", ["call": 1]), ("read_result", ["call": "1"])]))
    guard case .call(let calls) = loop.todo else { return #expect(Bool(false), "nothing is called") }
    #expect(calls.map { $0.refusal == nil } == [true, false])
    #expect(loop.result(of: 1)?.text == "result 1 of 300 bytes".padded)
  }
}

extension String {
  /// To 300 bytes.
  fileprivate var padded: String { self + String(repeating: ".", count: 300 - utf8.count) }
}
