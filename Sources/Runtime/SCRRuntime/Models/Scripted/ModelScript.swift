package import SCRProtocol

/// Turns of a model that were written by hand (interface.md §6): `{turns: [{role, match?, text?, toolCalls?, …}]}`.
package struct ModelScript: Sendable {
  package struct Turn: Sendable {
    /// Whose requests it answers: ``ModelPurpose/role``.
    package var role: String
    /// What the newest messages must contain; nil fits every request.
    package var match: ScriptMatch?
    package var text: String?
    package var toolCalls: [ModelToolCall] = []
    /// Ends the turn, after its text if it has one.
    package var error: ModelError?
    package var delayMs: Int = 0
    package var usage: ModelUsage?

    package init(role: String) { self.role = role }
  }

  package var turns: [Turn]
  package init(turns: [Turn]) { self.turns = turns }

  /// Turns in one script.
  package static let limit = 10_000
}

/// A regular expression as JSON Schema's `pattern` has it, found anywhere in a text. It never backtracks.
package struct ScriptMatch: Sendable {
  package let source: String
  private let schema: JSONSchema

  /// - Throws: ``JSONSchemaError`` for what is no such pattern.
  package init(_ source: String) throws(JSONSchemaError) {
    self.source = source
    schema = try JSONSchema.compile(["pattern": .string(source)])
  }

  package func fits(_ text: String) -> Bool { schema.validate(.string(text)).isEmpty }
}
