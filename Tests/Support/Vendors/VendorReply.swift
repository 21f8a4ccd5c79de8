package import SCRProtocol

/// What a vendor's model answers.
package struct VendorReply: Sendable {
  package enum Kind: Sendable {
    case answer(String, [VendorAsk.Call])
    /// A status and the vendor's words for it.
    case refusal(Int, String)
    /// Nothing, until the other side goes.
    case silence
  }

  package var kind: Kind
  /// Nil counts four bytes of the request as a token.
  package var inputTokens: Int64?
  package var outputTokens: Int64
  /// Characters of one piece of the text, and bytes of one piece on the wire.
  package var pieceSize = 5
  package var chunkSize = 61

  package static func text(_ text: String, outputTokens: Int64 = 10) -> VendorReply {
    VendorReply(kind: .answer(text, []), outputTokens: outputTokens)
  }

  package static func json(_ value: JSONValue) -> VendorReply { .text(value.jsonText) }

  /// Calls by name; ids are numbered over the conversation.
  package static func calls(_ calls: (String, JSONValue)..., after ask: VendorAsk, text: String = "") -> VendorReply {
    let count = ask.calls.count
    return VendorReply(
      kind: .answer(
        text,
        calls.enumerated().map { place, call in
          VendorAsk.Call(id: "id_\(count + place + 1)", name: call.0, arguments: call.1)
        }), outputTokens: 10)
  }

  package static func refusal(_ status: Int, _ message: String) -> VendorReply {
    VendorReply(kind: .refusal(status, message), outputTokens: 0)
  }

  package static let silence = VendorReply(kind: .silence, outputTokens: 0)
}

/// The bodies of answers in a vendor's format.
struct VendorAnswer {
  let ask: VendorAsk
  let text: String
  let calls: [VendorAsk.Call]
  let input: Int64
  let output: Int64
  let pieceSize: Int

  var stream: String {
    switch ask.interface {
    case .chat: chat
    case .responses: responses
    case .anthropic: anthropic
    case .ollama: ollama
    }
  }

  /// Text in the pieces in which models speak, never within a character.
  private var pieces: [String] {
    var pieces: [String] = []
    var rest = text[...]
    while !rest.isEmpty {
      pieces.append(String(rest.prefix(pieceSize)))
      rest = rest.dropFirst(pieceSize)
    }
    return pieces
  }

  private func events(_ events: [JSONValue], named: Bool) -> String {
    events.map { event in
      let name = named ? "event: \(event["type"]?.stringValue ?? "")\n" : ""
      return "\(name)data: \(event.jsonText)\n\n"
    }.joined()
  }

  private var chat: String {
    func chunk(_ delta: JSONValue, _ finish: JSONValue = .null) -> JSONValue {
      [
        "id": "r1", "object": "chat.completion.chunk", "model": .string(ask.model),
        "choices": [["index": 0, "delta": delta, "finish_reason": finish]],
      ]
    }
    var chunks = [chunk(["role": "assistant", "content": ""])]
    chunks += pieces.map { chunk(["content": .string($0)]) }
    for (index, call) in calls.enumerated() {
      chunks.append(
        chunk([
          "tool_calls": [
            [
              "index": JSONValue(index), "id": call.id.map { .string($0) } ?? .null, "type": "function",
              "function": ["name": .string(call.name), "arguments": ""],
            ]
          ]
        ]))
      chunks.append(
        chunk([
          "tool_calls": [["index": JSONValue(index), "function": ["arguments": .string(call.arguments.jsonText)]]]
        ]))
    }
    chunks.append(chunk([:], calls.isEmpty ? "stop" : "tool_calls"))
    chunks.append([
      "id": "r1", "choices": [], "usage": ["prompt_tokens": .integer(input), "completion_tokens": .integer(output)],
    ])
    return events(chunks, named: false) + "data: [DONE]\n\n"
  }

  private var responses: String {
    let response: JSONValue = ["id": "r1", "model": .string(ask.model)]
    var list: [JSONValue] = [["type": "response.created", "response": response]]
    list += pieces.map { ["type": "response.output_text.delta", "output_index": 0, "delta": .string($0)] }
    for (place, call) in calls.enumerated() {
      let index = JSONValue(place + 1)
      var item: JSONObject = [
        "type": "function_call", "id": "i", "call_id": call.id.map { .string($0) } ?? .null,
        "name": .string(call.name), "arguments": "",
      ]
      list.append(["type": "response.output_item.added", "output_index": index, "item": .object(item)])
      let arguments = JSONValue.string(call.arguments.jsonText)
      list.append(["type": "response.function_call_arguments.delta", "output_index": index, "delta": arguments])
      item["arguments"] = arguments
      list.append(["type": "response.output_item.done", "output_index": index, "item": .object(item)])
    }
    let usage: JSONValue = ["input_tokens": .integer(input), "output_tokens": .integer(output)]
    list.append([
      "type": "response.completed", "response": ["id": "r1", "model": .string(ask.model), "usage": usage],
    ])
    return events(list, named: true)
  }

  private var anthropic: String {
    var list: [JSONValue] = [
      [
        "type": "message_start",
        "message": [
          "id": "r1", "model": .string(ask.model), "role": "assistant", "content": [],
          "usage": ["input_tokens": .integer(input), "output_tokens": 1],
        ],
      ], ["type": "ping"],
    ]
    var index = 0
    func block(_ start: JSONValue, _ deltas: [JSONValue]) {
      list.append(["type": "content_block_start", "index": JSONValue(index), "content_block": start])
      for delta in deltas { list.append(["type": "content_block_delta", "index": JSONValue(index), "delta": delta]) }
      list.append(["type": "content_block_stop", "index": JSONValue(index)])
      index += 1
    }
    func tool(_ id: String, _ name: String, _ pieces: [String]) {
      block(
        ["type": "tool_use", "id": .string(id), "name": .string(name), "input": [:]],
        pieces.map { ["type": "input_json_delta", "partial_json": .string($0)] })
    }
    if let name = ask.answerTool {
      tool("id_answer", name, pieces)
    } else if !text.isEmpty {
      block(["type": "text", "text": ""], pieces.map { ["type": "text_delta", "text": .string($0)] })
    }
    for call in calls { tool(call.id ?? "", call.name, [call.arguments.jsonText]) }
    let reason: JSONValue = calls.isEmpty && ask.answerTool == nil ? "end_turn" : "tool_use"
    list.append([
      "type": "message_delta", "delta": ["stop_reason": reason], "usage": ["output_tokens": .integer(output)],
    ])
    list.append(["type": "message_stop"])
    return events(list, named: true)
  }

  private var ollama: String {
    func line(_ message: JSONObject) -> JSONValue {
      var message = message
      message["role"] = "assistant"
      return ["model": .string(ask.model), "message": .object(message), "done": false]
    }
    var lines = pieces.map { line(["content": .string($0)]) }
    if !calls.isEmpty {
      lines.append(
        line([
          "content": "",
          // This vendor names no calls.
          "tool_calls": .array(
            calls.map { ["function": ["name": .string($0.name), "arguments": $0.arguments]] }),
        ]))
    }
    lines.append([
      "model": .string(ask.model), "message": ["role": "assistant", "content": ""], "done": true,
      "done_reason": "stop", "prompt_eval_count": .integer(input), "eval_count": .integer(output),
    ])
    return lines.map { $0.jsonText + "\n" }.joined()
  }
}
