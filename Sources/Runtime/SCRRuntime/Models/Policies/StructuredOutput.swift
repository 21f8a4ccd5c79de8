import SCRProtocol

/// Checks answers that must be JSON of a schema, and says to the model what is wrong. Pure.
package struct StructuredOutput: Sendable {
  package enum Verdict: Sendable, Hashable {
    /// The JSON alone, without what models like to put around it.
    case valid(String)
    /// In words for the model.
    case invalid(String)
  }

  private let output: ModelOutput
  private let schema: JSONSchema

  /// - Throws: ``ModelError`` `invalid_request` for a schema that cannot be used.
  package init(_ output: ModelOutput) throws(ModelError) {
    self.output = output
    do throws(JSONSchemaError) { schema = try JSONSchema.compile(output.schema) } catch {
      throw ModelError(.invalidRequest, "the schema of the output cannot be used: \(error)", cause: error)
    }
  }

  package func verdict(_ text: String) -> Verdict {
    let inner = Self.inner(text)
    let value: JSONValue
    do throws(JSONParseError) { value = try JSONParser.parse(inner) } catch {
      return .invalid("it is not JSON: \(error)")
    }
    let violations = schema.validate(value)
    if violations.isEmpty { return .valid(inner) }
    return .invalid(violations.prefix(5).map(\.description).joined(separator: "; "))
  }

  /// The request once more, with the answer that was no good and the reason.
  package func repair(_ request: ModelRequest, _ answer: ModelResponse, _ complaint: String) -> ModelRequest {
    var request = request
    let shown = answer.text.isEmpty ? "(nothing)" : answer.text
    request.messages.append(.assistant(shown))
    request.messages.append(
      .user(
        "That answer cannot be used: \(complaint). Answer again with JSON alone, without any other text, by this JSON "
          + "Schema: \(output.schema.jsonText)"))
    return request
  }

  /// What stands between the fences of a block of code, else the text without the whitespace around it.
  private static func inner(_ text: String) -> String {
    let trimmed = trim(text[...])
    guard trimmed.hasPrefix("```"), trimmed.hasSuffix("```"), trimmed.count >= 6 else { return String(trimmed) }
    let body = trimmed.dropFirst(3).dropLast(3)
    return String(trim(body.drop { !$0.isNewline && $0 != "{" && $0 != "[" }))
  }

  private static func trim(_ text: Substring) -> Substring {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
