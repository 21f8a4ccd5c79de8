import SCRProtocol
import Testing

@testable import SCRRuntime

@Suite("What is sent of a long conversation")
struct AgentContextTests {
  private static func context(turns: Int, bytes: Int = 100) -> AgentContext {
    var context = AgentContext()
    context.begin([.user("goal")])
    for turn in 1...turns {
      let call = ModelToolCall(id: "c\(turn)", name: "t", arguments: [:])
      context.answered(ModelMessage(role: .assistant, parts: [.toolCall(call)]))
      context.results([ModelToolResult(call, text: String(repeating: "x", count: bytes))])
      if turn == 2 { context.told("never mind the rest", isKept: true) }
    }
    return context
  }

  @Test("with room for all of it nothing is left out")
  func whole() {
    let messages = Self.context(turns: 5).fitting(10_000)
    #expect(messages.count == 11 && messages.first == .user("goal"))
  }

  @Test("without room the oldest turns go, with their results, and what people said stays", arguments: 1...40)
  func fitting(turns: Int) {
    let messages = Self.context(turns: turns).fitting(1000)
    let calls = messages.flatMap(\.toolCalls).map(\.id)
    let results = messages.flatMap(\.toolResults).map(\.callID)
    #expect(calls == results && calls.last == "c\(turns)")
    #expect(messages.first?.text.hasPrefix("goal") == true)
    #expect(messages.reduce(0) { $0 + $1.bytes } < 1300)
    #expect(messages.contains { $0.text.contains("never mind the rest") } == (turns >= 2))
    #expect(messages.indices.dropFirst().allSatisfy { messages[$0].role != messages[$0 - 1].role })
  }

  @Test("what is sent grows at its end for several turns before its beginning is another")
  func stable() {
    let firsts = (1...40).map { Self.context(turns: $0).fitting(1000).prefix(2) }
    let changes = zip(firsts, firsts.dropFirst()).count { $0 != $1 }
    #expect(changes > 3 && changes < 15)
  }

  @Test("a single turn that is too long is sent even so")
  func single() {
    #expect(Self.context(turns: 1, bytes: 5000).fitting(1000).count == 3)
  }
}
