import SCRProtocol
import SCRRuntime
import Testing

@testable import SCRModels

/// Pieces of text are read without building a tree, wherever that gives the same.
struct PlainTextTests {
  private func texts(_ kind: ProviderSettings.Kind, _ before: String, _ pieces: [String], _ after: String) throws
    -> [ModelEvent]
  {
    let separate = { (text: String) in kind == .ollama ? "\(text)\n" : "data: \(text)\n\n" }
    let stream = ([before] + pieces + [after]).map(separate).joined()
    return try VendorBench.events(kind, stream).filter { event in
      switch event {
      case .started, .usage, .finished: false
      default: true
      }
    }
  }

  @Test func `OpenAI's chat`() throws {
    let piece = { (choice: String, more: String) in "{\"id\":\"r\",\"choices\":[{\"index\":0,\(choice)}]\(more)}" }
    let events = try texts(
      .openai, piece("\"delta\":{\"role\":\"assistant\",\"content\":\"\"}", ""),
      [
        piece("\"delta\":{\"content\":\"a\"},\"finish_reason\":null", ",\"usage\":null,\"error\":null"),
        piece(
          "\"delta\":{\"role\":\"assistant\",\"content\":\"\\u00fc\\n\\ud83c\\udf88\",\"refusal\":null,\"tool_calls\":null}",
          ""),
        piece("\"delta\":{\"content\":\"first\",\"content\":\"last\"}", ""),
        piece("\"delta\":{\"content\":\"b\",\"reasoning_content\":\"why\"}", ""),
        piece("\"delta\":{\"content\":\"c\",\"refusal\":\"no\"}", ""),
        piece(
          "\"delta\":{\"content\":\"d\",\"tool_calls\":[{\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}",
          ""),
        piece("\"delta\":{\"content\":null}", ""), piece("\"delta\":{\"content\":7}", ""), "{\"choices\":[]}",
        piece("\"message\":{\"content\":\"e\"}", ""),
        " {\"choices\" : [ { \"delta\" : { \"content\" : \"f\" } } , 1 ] } ",
        piece("\"delta\":{\"content\":\"g\"},\"finish_reason\":\"stop\"", ",\"usage\":{\"prompt_tokens\":3}"),
      ], "[DONE]")
    #expect(
      events == [
        .text("a"), .text("ü\n🎈"), .text("last"), .reasoning("why"), .text("b"), .text("c"), .text("no"), .text("d"),
        .toolCallStarted(call: 0, id: "x", name: "f"), .toolCallArguments(call: 0, "{}"), .text("e"), .text("f"),
        .text("g"), .toolCall(call: 0, ModelToolCall(id: "x", name: "f", arguments: [:])),
      ])
    #expect(throws: ModelError.self) {
      try texts(
        .openai, piece("\"delta\":{}", ""), [piece("\"delta\":{\"content\":\"a\"}", ",\"error\":{\"message\":\"no\"}")],
        "")
    }
    #expect(throws: ModelError.self) { try texts(.openai, piece("\"delta\":{}", ""), ["{\"choices\":[]} x"], "[DONE]") }
  }

  @Test func `Anthropic's blocks`() throws {
    let delta = { (index: String, delta: String) in "{\"type\":\"content_block_delta\",\(index)\"delta\":\(delta)}" }
    let text = { (piece: String) in "{\"type\":\"text_delta\",\"text\":\"\(piece)\"}" }
    let events = try texts(
      .anthropic, "{\"type\":\"message_start\",\"message\":{\"model\":\"m\"}}",
      [
        "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"a\"}}",
        delta("\"index\":0,", text("b")), delta("", text("\\u00e9")), delta("\"index\":0,", text("")),
        "{\"delta\":\(text("c")),\"index\":0,\"type\":\"content_block_delta\",\"more\":[1,{}]}",
        "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"x\",\"name\":\"f\"}}",
        delta("\"index\":1,", text("no text of a call")),
        "{\"type\":\"content_block_stop\",\"index\":1}",
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}",
      ], "{\"type\":\"message_stop\"}")
    #expect(
      events == [
        .text("a"), .text("b"), .text("é"), .text("c"), .toolCallStarted(call: 0, id: "x", name: "f"),
        .toolCall(call: 0, ModelToolCall(id: "x", name: "f", arguments: [:])),
      ])
    #expect(throws: ModelError.self) {
      try texts(.anthropic, "{\"type\":\"message_start\"}", [delta("\"index\":3,", text("of no block"))], "{}")
    }
  }

  @Test func `OpenAI's responses`() throws {
    let events = try texts(
      .openaiResponses, "{\"type\":\"response.created\",\"response\":{\"model\":\"m\"}}",
      [
        "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\"a\\t\",\"logprobs\":[]}",
        "{\"delta\":\"b\",\"type\":\"response.output_text.delta\"}",
        "{\"type\":\"response.output_text.delta\",\"delta\":\"\"}",
        "{\"type\":\"response.reasoning_text.delta\",\"delta\":\"why\"}",
        "{\"type\":\"response\\u002eoutput_text.delta\",\"delta\":\"c\"}",
      ], "{\"type\":\"response.completed\",\"response\":{}}")
    #expect(events == [.text("a\t"), .text("b"), .reasoning("why"), .text("c")])
  }

  @Test func `Ollama's lines, of both its interfaces`() throws {
    let events = try texts(
      .ollama, "{\"model\":\"m\",\"message\":{\"content\":\"\"},\"done\":false}",
      [
        "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"a\",\"tool_calls\":null},\"done\":false}",
        "{\"message\":{\"content\":\"b\",\"thinking\":\"why\"},\"done\":false}", "{\"message\":{\"content\":\"c\"}}",
        "{\"message\":{\"content\":\"d\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{}}}]},\"done\":false}",
        "{\"response\":\"e\",\"done\":false}", "{\"response\":\"f\",\"thinking\":\"so\",\"done\":false}",
      ], "{\"message\":{\"content\":\"g\"},\"done\":true,\"prompt_eval_count\":20,\"eval_count\":1}")
    #expect(
      events == [
        .text("a"), .reasoning("why"), .text("b"), .text("c"), .text("d"),
        .toolCallStarted(call: 0, id: "call_0_1", name: "f"),
        .toolCall(call: 0, ModelToolCall(id: "call_0_1", name: "f", arguments: [:])), .text("e"), .reasoning("so"),
        .text("f"), .text("g"),
      ])
    #expect(throws: ModelError.self) {
      try texts(.ollama, "{\"message\":{}}", ["{\"message\":{\"content\":\"a\"},\"error\":\"no\"}"], "")
    }
  }
}
