package import SCRProtocol

/// What a tool answered, in MCP's shape. A tool's own failure is a result with `isError`, not a thrown error.
package struct ToolResult: Sendable, Hashable {
  /// MCP content blocks: `{type: "text", text}`, images, resources.
  package var content: [JSONValue]
  package var structuredContent: JSONValue?
  package var isError: Bool
  /// Of an error: how long to wait before another attempt, if the server says so. No part of the value.
  package var retryAfter: Duration?

  package init(content: [JSONValue], structuredContent: JSONValue? = nil, isError: Bool = false) {
    self.content = content
    self.structuredContent = structuredContent
    self.isError = isError
  }

  package init(text: String, structuredContent: JSONValue? = nil, isError: Bool = false) {
    self.init(
      content: [["type": "text", "text": .string(text)]], structuredContent: structuredContent, isError: isError)
  }

  /// The text blocks, joined by newlines.
  package var text: String {
    content.compactMap { $0["type"] == "text" ? $0["text"]?.stringValue : nil }.joined(separator: "\n")
  }

  /// A step's value as expressions see it: `text`, `structuredContent`, `content`, `isError` (interface.md §5).
  package var json: JSONValue {
    var fields: JSONObject = ["text": .string(text), "content": .array(content), "isError": .bool(isError)]
    fields["structuredContent"] = structuredContent
    return .object(fields)
  }

  /// Bytes of content and structured content as JSON.
  package var size: Int { JSONValue.array(content).encoded.count + (structuredContent?.encoded.count ?? 0) }

  /// A step's value as a store keeps it: ``json`` without the text, which its content holds already. Any other value
  /// stays as it is.
  package static func compact(_ value: JSONValue) -> JSONValue {
    guard let result = ToolResult(json: value), result.json == value else { return value }
    var fields = value.objectValue ?? [:]
    fields["text"] = nil
    return .object(fields)
  }

  /// Undoes ``compact(_:)``.
  package static func expanded(_ stored: JSONValue) -> JSONValue {
    guard stored["text"] == nil, stored["isError"] != nil, let result = ToolResult(json: stored) else { return stored }
    return result.json
  }

  /// Reads what ``json`` wrote.
  package init?(json: JSONValue) {
    guard let content = json["content"]?.arrayValue else { return nil }
    self.init(
      content: content, structuredContent: json["structuredContent"], isError: json["isError"]?.boolValue ?? false)
  }
}
