package import SCRProtocol

/// What a model is asked. A member that is nil is left to the provider.
package struct ModelRequest: Sendable, Hashable {
  /// As the provider names it; nil for the provider's own.
  package var model: String?
  /// Instructions that stand above the conversation.
  package var system: String?
  /// Begins with the user's words. Every call of the assistant is followed by its result before anything else is said.
  package var messages: [ModelMessage]
  package var tools: [ModelTool]
  package var toolChoice: ModelToolChoice
  /// What the answer's text must be as JSON. Where the provider cannot promise it, answers are checked and asked for again.
  package var output: ModelOutput?
  /// From 0; what is above a provider's range is refused by it.
  package var temperature: Double?
  package var maxOutputTokens: Int?
  /// Texts that end the answer and are no part of it.
  package var stop: [String]
  package var reasoning: ReasoningEffort?
  /// Asks for the same answer to the same request, which no provider promises.
  package var seed: Int64?
  package var cache: ModelCaching
  /// On whose behalf; no part of what the model sees.
  package var purpose: ModelPurpose

  package init(
    system: String? = nil, messages: [ModelMessage], tools: [ModelTool] = [], toolChoice: ModelToolChoice = .auto,
    output: ModelOutput? = nil, model: String? = nil, temperature: Double? = nil, maxOutputTokens: Int? = nil,
    stop: [String] = [], reasoning: ReasoningEffort? = nil, seed: Int64? = nil, cache: ModelCaching = .never,
    purpose: ModelPurpose
  ) {
    self.model = model
    self.system = system
    self.messages = messages
    self.tools = tools
    self.toolChoice = toolChoice
    self.output = output
    self.temperature = temperature
    self.maxOutputTokens = maxOutputTokens
    self.stop = stop
    self.reasoning = reasoning
    self.seed = seed
    self.cache = cache
    self.purpose = purpose
  }
}

/// For whom a model works, by which a script's turns are chosen.
package struct ModelPurpose: Sendable, Hashable {
  /// `planner`, `worker`, `critic`, `researcher`, …
  package var role: String
  package var taskID: TaskID?
  package var stepID: String?

  package init(role: String, taskID: TaskID? = nil, stepID: String? = nil) {
    self.role = role
    self.taskID = taskID
    self.stepID = stepID
  }
}

/// A tool as a model sees it.
package struct ModelTool: Sendable, Hashable {
  /// Towards models `[A-Za-z0-9_-]{1,64}`: ``ToolCatalogue/Entry/wireName``.
  package var name: String
  package var description: String
  /// As the tool has it. What a provider's dialect lacks is left out on the way; calls are checked by this one.
  package var inputSchema: JSONValue

  package init(name: String, description: String, inputSchema: JSONValue) {
    self.name = name
    self.description = description
    self.inputSchema = inputSchema
  }

  /// As it weighs in a prompt.
  var bytes: Int { name.utf8.count + description.utf8.count + inputSchema.encoded.count }

  package init(_ entry: ToolCatalogue.Entry) {
    self.init(
      name: entry.wireName, description: entry.descriptor.description, inputSchema: entry.descriptor.inputSchema)
  }
}

package enum ModelToolChoice: Sendable, Hashable {
  case auto
  case none
  /// Some tool must be called.
  case required
  case tool(String)
}

/// The JSON that an answer's text must be.
package struct ModelOutput: Sendable, Hashable {
  /// `[A-Za-z0-9_-]{1,64}`; some providers show it to the model.
  package var name: String
  package var schema: JSONValue
  /// Whoever asks checks the answer and asks again itself, in turns that it keeps; then every answer is given as it comes,
  /// since an answer that was paid for and thrown away here would be paid for again after a crash.
  package var isCheckedByAsker: Bool

  package init(name: String, schema: JSONValue, isCheckedByAsker: Bool = false) {
    self.name = name
    self.schema = schema
    self.isCheckedByAsker = isCheckedByAsker
  }
}

/// How long a model may think before it answers; ignored by models that do not.
package enum ReasoningEffort: String, Sendable, Hashable, CaseIterable { case none, low, medium, high }

/// Whether an answer may come from an earlier, equal request.
package enum ModelCaching: String, Sendable, Hashable {
  case never
  /// Only where temperature 0 or a seed asks for the same answer each time.
  case ifDeterministic = "deterministic"
  case always
}
