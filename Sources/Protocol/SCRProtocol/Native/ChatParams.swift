/// Parameters of `chat`.
package struct ChatParams: Sendable, Hashable {
  package var messages: [ChatMessageParams] = []
  package var provider: String?
  package var model: String?
  package var maxOutputTokens: Int?
  package var tools: [String]?
  package var output: JSONValue?
  package var temperature: Double?
  package var seed: Int?
  package var cache: String?

  package init() {}

  package static let shape = Shape(
    "ChatParams", Self.init,
    .required(
      "messages", \.messages, .array(of: .shaped(ChatMessageParams.shape)),
      "The conversation: instructions as system at the beginning, and the user's words at the end."),
    .optional("provider", \.provider, .string, "The configured provider; the default one unless given."),
    .optional("model", \.model, .string, "Another model of it than the configured one."),
    .optional("maxOutputTokens", \.maxOutputTokens, .integer(1...1_000_000), "The longest answer."),
    .optional(
      "tools", \.tools, .array(of: .string),
      "Tools that the model may call: names, or patterns over them such as filesystem.*; none unless given."),
    .optional(
      "output", \.output, .any(["type": ["object", "boolean"]]),
      "A JSON Schema: the answer is JSON by it, asked for again a few times if it is not."),
    .optional("temperature", \.temperature, .number(0...2), "How much the answer may vary; 0 varies least."),
    .optional(
      "seed", \.seed, .integer(0...Int(Int32.max)), "Asks for the same answer each time, where the provider can."),
    .optional(
      "cache", \.cache, .oneOf(["never", "deterministic", "always"]),
      "Whether an earlier answer to an equal request will do; with temperature 0 or a seed alone unless given."))
}

/// A message of a conversation.
package struct ChatMessageParams: Sendable, Hashable {
  package var role = ""
  package var content = ""

  package init() {}

  package static let shape = Shape(
    "ChatMessage", Self.init,
    .required("role", \.role, .oneOf(["system", "user", "assistant"]), "Who says it."),
    .required("content", \.content, .string, "What is said."))
}
