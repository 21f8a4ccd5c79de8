import SCRProtocol

extension VendorAsk {
  mutating func readChat() {
    for message in body["messages"]?.arrayValue ?? [] {
      let text = message["content"]?.stringValue ?? ""
      switch message["role"]?.stringValue {
      case "system", "developer": system += text
      case "assistant":
        turns.append(.assistant(text, (message["tool_calls"]?.arrayValue ?? []).map(Self.functionCall)))
      case "tool":
        turns.append(.result(id: message["tool_call_id"]?.stringValue, text: text, isError: text.hasPrefix("Error: ")))
      default: turns.append(.user(text))
      }
    }
    for tool in body["tools"]?.arrayValue ?? [] where tool["type"] == "function" { readFunction(tool["function"]) }
    let format = body["response_format"]
    schema = format?["type"] == "json_schema" ? format?["json_schema"]?["schema"] : nil
  }

  /// Arguments are a text of JSON here, and an object in Ollama.
  private static func functionCall(_ call: JSONValue) -> Call {
    let function = call["function"]
    let arguments = function?["arguments"]
    return Call(
      id: call["id"]?.stringValue, name: function?["name"]?.stringValue ?? "",
      arguments: arguments?.stringValue.flatMap { try? JSONParser.parse($0) } ?? arguments ?? .null)
  }

  private mutating func readFunction(_ function: JSONValue?) {
    guard let name = function?["name"]?.stringValue else { return }
    tools[name] = function?["parameters"]
  }

  mutating func readResponses() {
    system = body["instructions"]?.stringValue ?? ""
    for item in body["input"]?.arrayValue ?? [] {
      switch item["type"]?.stringValue {
      case "function_call":
        let arguments = item["arguments"]?.stringValue.flatMap { try? JSONParser.parse($0) } ?? .null
        said(
          "",
          [Call(id: item["call_id"]?.stringValue, name: item["name"]?.stringValue ?? "", arguments: arguments)])
      case "function_call_output":
        let text = item["output"]?.stringValue ?? ""
        turns.append(.result(id: item["call_id"]?.stringValue, text: text, isError: text.hasPrefix("Error: ")))
      case "reasoning": break
      default:
        let text = (item["content"]?.arrayValue ?? []).compactMap { $0["text"]?.stringValue }.joined()
        item["role"] == "assistant" ? said(text, []) : turns.append(.user(text))
      }
    }
    for tool in body["tools"]?.arrayValue ?? [] where tool["type"] == "function" { readFunction(tool) }
    let format = body["text"]?["format"]
    schema = format?["type"] == "json_schema" ? format?["schema"] : nil
  }

  mutating func readAnthropic() {
    system = (body["system"]?.arrayValue ?? []).compactMap { $0["text"]?.stringValue }.joined()
    for message in body["messages"]?.arrayValue ?? [] {
      let blocks = message["content"]?.arrayValue ?? []
      let text = blocks.compactMap { $0["type"] == "text" ? $0["text"]?.stringValue : nil }.joined()
      if message["role"] == "assistant" {
        turns.append(
          .assistant(
            text,
            blocks.filter { $0["type"] == "tool_use" }.map {
              Call(id: $0["id"]?.stringValue, name: $0["name"]?.stringValue ?? "", arguments: $0["input"] ?? .null)
            }))
        continue
      }
      for block in blocks where block["type"] == "tool_result" {
        turns.append(
          .result(
            id: block["tool_use_id"]?.stringValue, text: block["content"]?.stringValue ?? "",
            isError: block["is_error"] == true))
      }
      if !text.isEmpty { turns.append(.user(text)) }
    }
    for tool in body["tools"]?.arrayValue ?? [] {
      if let name = tool["name"]?.stringValue { tools[name] = tool["input_schema"] }
    }
    if body["tool_choice"]?["type"] == "tool", let name = body["tool_choice"]?["name"]?.stringValue {
      answerTool = name
      schema = tools.removeValue(forKey: name)
    }
  }

  mutating func readOllama() {
    readChat()
    schema = body["format"]
  }
}
