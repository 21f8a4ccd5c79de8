import SCRProtocol
import SCRRuntime
import Testing

@testable import SCRModels

/// What servers do that the documents do not say, and ends of every kind.
struct DecodingTests {
  private func chat(_ chunks: String..., done: Bool = true) -> String {
    chunks.map { "data: {\"id\":\"r\",\"model\":\"m\",\"choices\":[\($0)]}\n\n" }.joined()
      + (done ? "data: [DONE]\n\n" : "")
  }

  private func response(
    _ kind: ProviderSettings.Kind, _ text: String, _ request: ModelRequest = VendorSample.request
  ) throws -> ModelResponse {
    var response = ModelResponse()
    for event in try VendorBench.events(kind, text, request: request) { response.add(event) }
    return response
  }

  private func call(_ id: String, _ value: JSONValue, _ name: String = "f") -> ModelToolCall {
    ModelToolCall(id: id, name: name, arguments: ["a": value])
  }

  @Test func `calls without an index are told apart by their ids or names, and get ids where they have none`() throws {
    let stop = "{\"delta\":{},\"finish_reason\":\"stop\"}"
    let byID = chat(
      "{\"delta\":{\"tool_calls\":[{\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":\"}}]}}",
      "{\"delta\":{\"tool_calls\":[{\"function\":{\"arguments\":\"1}\"}}]}}",
      "{\"delta\":{\"tool_calls\":[{\"id\":\"y\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":2}\"}}]}}",
      stop)
    #expect(try response(.openai, byID).toolCalls == [call("x", 1), call("y", 2)])
    let byName = chat(
      "{\"delta\":{\"tool_calls\":[{\"id\":\"\",\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}},{\"function\":{\"name\":\"g\",\"arguments\":\"{\\\"a\\\":2}\"}}]}}",
      stop)
    let found = try response(.openai, byName)
    #expect(found.toolCalls == [call("call_0_1", 1), call("call_0_2", 2, "g")])
    #expect(found.finish == .toolCalls, "the word was stop, but there are calls")
  }

  @Test func `calls that all have the index 0 are told apart by their ids`() throws {
    let found = try response(
      .openai,
      chat(
        "{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}]}}",
        "{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"y\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\"\"}}]}}",
        "{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\":2}\"}}]}}",
        "{\"delta\":{},\"finish_reason\":\"tool_calls\"}"))
    #expect(found.toolCalls == [call("x", 1), call("y", 2)])
  }

  @Test func `arguments that are no object are kept as they were written`() throws {
    let found = try response(
      .openai,
      chat(
        "{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":\"}}]}}",
        "{\"delta\":{},\"finish_reason\":\"tool_calls\"}"))
    #expect(found.toolCalls == [ModelToolCall(id: "x", name: "f", arguments: [:], malformed: "{\"a\":")])
  }

  @Test func `a stream without its last word is whole if the reason of its end has come`() throws {
    let text = chat("{\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}", done: false)
    #expect(try response(.openai, text).text == "hi")
    #expect(throws: ModelError.self) { try response(.openai, chat("{\"delta\":{\"content\":\"hi\"}}", done: false)) }
  }

  @Test func `an answer in one piece is read as well`() throws {
    let call = try VendorBench.dialect(.openai).call(VendorSample.request, model: "m-0")
    var whole = try #require(call.whole)
    let body = """
      {"id":"r","model":"m","choices":[{"message":{"role":"assistant","content":"hi","tool_calls":[{"id":"x","type":"function",
      "function":{"name":"f","arguments":"{\\"a\\":1}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}
      """
    var events: [ModelEvent] = []
    try whole.feed(Array(body.utf8), into: &events)
    #expect(events == [])
    var response = ModelResponse()
    for event in try whole.end() { response.add(event) }
    #expect(response.text == "hi" && response.toolCalls == [self.call("x", 1)] && response.finish == .toolCalls)
    #expect(response.usage == ModelUsage(inputTokens: 1, outputTokens: 2))
  }

  @Test(arguments: [
    ("stop", ModelFinish.stop), ("length", .length), ("content_filter", .contentFilter), ("eos", .stop),
  ])
  func `OpenAI's reasons`(word: String, finish: ModelFinish) throws {
    #expect(try response(.openai, chat("{\"delta\":{},\"finish_reason\":\"\(word)\"}")).finish == finish)
  }

  @Test func `a refusal is an answer that says so`() throws {
    let found = try response(
      .openai, chat("{\"delta\":{\"refusal\":\"I will not.\"}}", "{\"delta\":{},\"finish_reason\":\"stop\"}"))
    #expect(found.finish == .refusal && found.text == "I will not.")
  }

  private func message(_ reason: String, _ blocks: String = "") -> String {
    "data: {\"type\":\"message_start\",\"message\":{\"id\":\"r\",\"model\":\"m\",\"usage\":{\"input_tokens\":1}}}\n\n"
      + blocks
      + "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"\(reason)\"},\"usage\":{\"output_tokens\":2}}\n\ndata: {\"type\":\"message_stop\"}\n\n"
  }

  @Test(arguments: [
    ("end_turn", ModelFinish.stop), ("stop_sequence", .stop), ("max_tokens", .length), ("refusal", .refusal),
    ("model_context_window_exceeded", .length),
  ])
  func `Anthropic's reasons`(word: String, finish: ModelFinish) throws {
    #expect(try response(.anthropic, message(word)).finish == finish)
  }

  @Test func `Anthropic's answer by a tool is text`() throws {
    var request = VendorSample.request
    request.tools = []
    request.output = ModelOutput(name: "plan", schema: ["type": "object"])
    let found = try response(
      .anthropic,
      message(
        "tool_use",
        """
        data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"plan","input":{}}}

        data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"a\\":"}}

        data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"1}"}}

        data: {"type":"content_block_stop","index":0}


        """), request)
    #expect(found.text == "{\"a\":1}" && found.toolCalls == [] && found.finish == .stop)
  }

  @Test func `what Anthropic hides of its thinking goes back to it as it came`() throws {
    let found = try response(
      .anthropic,
      message(
        "end_turn",
        """
        data: {"type":"content_block_start","index":0,"content_block":{"type":"redacted_thinking","data":"xyz"}}

        data: {"type":"content_block_stop","index":0}


        """))
    let seal: JSONValue = ["type": "redacted_thinking", "data": "xyz"]
    #expect(found.message.parts == [.reasoning(ModelReasoning(text: "", seal: seal, kind: "anthropic"))])
    var request = VendorSample.request
    request.tools = []
    request.messages = [.user("go"), found.message, .user("on")]
    #expect(try VendorBench.body(.anthropic, request)["messages"]?.arrayValue?[1]["content"] == [seal])
    #expect(try VendorBench.body(.openai, request)["messages"]?.arrayValue?[2]["content"] == "")
  }

  @Test(arguments: [("max_output_tokens", ModelFinish.length), ("content_filter", .contentFilter)])
  func `OpenAI's incomplete responses`(reason: String, finish: ModelFinish) throws {
    let text =
      "data: {\"type\":\"response.incomplete\",\"response\":{\"incomplete_details\":{\"reason\":\"\(reason)\"}}}\n\n"
    #expect(try response(.openaiResponses, text).finish == finish)
  }

  private func line(read: Int, reason: String = "stop") -> String {
    "{\"model\":\"m\",\"message\":{\"content\":\"hi\"},\"done\":true,\"done_reason\":\"\(reason)\",\"prompt_eval_count\":\(read),\"eval_count\":1}"
  }

  @Test func `a prompt of which Ollama read too little was cut, and that is an error`() throws {
    var request = VendorSample.request
    request.messages = [.user(String(repeating: "word ", count: 10_000))]
    for read in [8192, 4000, 1] {
      #expect {
        try response(.ollama, line(read: read), request)
      } throws: { error in
        (error as? ModelError)?.code == .contextTooLong
          && (error as? ModelError)?.hint?.contains("models.providers.vendor.numCtx") == true
      }
    }
    #expect(try response(.ollama, line(read: 8000), request).text == "hi")
    #expect(try response(.ollama, line(read: 5, reason: "length")).finish == .length)
  }
}
