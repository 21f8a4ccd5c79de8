/// The result of `tools/call`, in the newest shape.
package struct CallToolResult: Sendable, Hashable {
  /// Content blocks: `{type: "text", text}` and its sisters.
  package var content: [JSONValue]
  package var structuredContent: JSONValue?
  package var isError: Bool

  package init(content: [JSONValue], structuredContent: JSONValue? = nil, isError: Bool = false) {
    self.content = content
    self.structuredContent = structuredContent
    self.isError = isError
  }

  package init(text: String, structuredContent: JSONValue? = nil, isError: Bool = false) {
    self.init(
      content: [["type": "text", "text": .string(text)]], structuredContent: structuredContent, isError: isError)
  }

  /// Reads the answer of a server; blocks that are no objects are dropped.
  package init?(_ value: JSONValue) {
    guard value.objectValue != nil else { return nil }
    content = (value["content"]?.arrayValue ?? []).filter { $0.objectValue != nil }
    structuredContent = value["structuredContent"]
    isError = value["isError"]?.boolValue ?? false
  }

  /// Writes the result as `revision` knows it: newer block kinds become text, and what an old client lacks is left out.
  package func write(
    to writer: inout JSONWriter, revision: ProtocolRevision, tail: (inout JSONWriter) -> Void = { _ in }
  ) {
    writer.raw("{")
    if revision.isModern { writer.raw("\"resultType\":\"complete\",") }
    writer.raw("\"content\":")
    let isStructured = revision.isModern || (revision >= .june2025 && structuredContent?.objectValue != nil)
    writer.array(blocks(for: revision, isStructured: isStructured))
    if let structuredContent, isStructured {
      writer.raw(",\"structuredContent\":")
      writer.value(structuredContent)
    }
    writer.raw(",\"isError\":")
    writer.value(.bool(isError))
    tail(&writer)
    writer.raw("}")
  }

  private func blocks(for revision: ProtocolRevision, isStructured: Bool) -> [JSONValue] {
    // A structure that the revision has no place for must not be lost where it is all there is.
    if let structuredContent, !isStructured, content.isEmpty {
      return [["type": "text", "text": .string(structuredContent.jsonText)]]
    }
    return revision >= .november2025 ? content : content.map { ContentBlock.downgrade($0, to: revision) }
  }
}
