package import SCRProtocol

/// What an agent works with: its tools, and what its answer must be.
package struct AgentKit: Sendable {
  /// By the name towards models.
  package var tools: [String: AgentTool]
  /// Nil for an answer in words.
  package var output: AgentOutput?
  /// JSON that the answer must be where nobody here judges it: the provider's gateway checks it, and asks again.
  package var format: ModelOutput?
  package var rules: AgentRules
  package var purpose: ModelPurpose
  package var settings: AgentModelSettings
  /// Of the model: tokens of prompt and answer together; nil where nobody says.
  package var window: Int?

  package init(
    tools: [AgentTool] = [], output: AgentOutput? = nil, rules: AgentRules = AgentRules(), purpose: ModelPurpose,
    settings: AgentModelSettings = AgentModelSettings(), window: Int? = nil, format: ModelOutput? = nil
  ) {
    self.tools = Dictionary(tools.map { ($0.model.name, $0) }) { first, _ in first }
    self.output = output
    self.format = format
    self.rules = rules
    self.purpose = purpose
    self.settings = settings
    self.window = window
  }

  /// What a prompt may have. Of a window, room is kept for the answer: what may be made of it, else a quarter, and half at
  /// most.
  var promptTokens: Int {
    guard let window else { return rules.contextTokens }
    let answer = min(settings.maxOutputTokens ?? window / 4, window / 2)
    return min(rules.contextTokens, window - answer)
  }
}

/// How a role's model is asked; nil is left to the provider.
package struct AgentModelSettings: Sendable, Hashable {
  /// The configured provider's name.
  package var provider: String?
  package var model: String?
  package var temperature: Double?
  package var maxOutputTokens: Int?
  package var seed: Int64?
  package var caching: ModelCaching

  package init(
    provider: String? = nil, model: String? = nil, temperature: Double? = nil, maxOutputTokens: Int? = nil,
    seed: Int64? = nil, caching: ModelCaching = .ifDeterministic
  ) {
    self.provider = provider
    self.model = model
    self.temperature = temperature
    self.maxOutputTokens = maxOutputTokens
    self.seed = seed
    self.caching = caching
  }
}

/// A tool as an agent has it.
package struct AgentTool: Sendable {
  package enum Body: Sendable, Hashable {
    case registry(ToolName)
    /// Keeps a finding for the other agents of the task.
    case addFinding
    /// Gives a skill's instructions or files.
    case loadSkill
    /// Gives again what a call gave whose turn is not sent any more.
    case readResult
  }

  package var model: ModelTool
  package var body: Body
  package var effect: ToolEffect
  /// What is wrong with arguments, in words that a model can act on.
  package var check: @Sendable (JSONObject) -> String?

  package init(
    _ model: ModelTool, body: Body, effect: ToolEffect,
    check: @escaping @Sendable (JSONObject) -> String? = { _ in nil }
  ) {
    self.model = model
    self.body = body
    self.effect = effect
    self.check = check
  }

  package init(_ entry: ToolCatalogue.Entry) {
    self.init(
      ModelTool(entry), body: .registry(entry.descriptor.name), effect: entry.descriptor.effect,
      check: { entry.check(.object($0))?.message })
  }

  /// The name for people and events.
  package var name: String {
    switch body {
    case .registry(let name): name.qualified
    case .addFinding, .loadSkill, .readResult: model.name
    }
  }

  static let readResultName = "read_result"

  /// There from when the first turns are left out, which changes the prompt from its beginning anyway.
  static let readResult = AgentTool(
    ModelTool(
      name: readResultName,
      description: "Gives again what an earlier call of yours gave that was left out of this conversation.",
      inputSchema: PlanSchema.object(
        ["call": ["description": "The call's number.", "type": "integer", "minimum": 1]], required: ["call"])),
    body: .readResult, effect: .readOnly,
    check: { arguments in
      guard let call = arguments["call"]?.integerValue, call > 0, arguments.count == 1 else {
        return "\"call\" is the number of a call, and the only argument"
      }
      return nil
    })
}

/// The JSON that an agent must answer with.
package struct AgentOutput: Sendable {
  package var format: ModelOutput
  /// What is wrong with an answer, in words that a model can act on; empty where nothing is.
  package var problems: @Sendable (JSONValue) -> [String]

  package init(_ format: ModelOutput, problems: @escaping @Sendable (JSONValue) -> [String] = { _ in [] }) {
    self.format = format
    self.format.isCheckedByAsker = true
    let schema = try? JSONSchema.compile(format.schema)
    self.problems = { value in
      let violations = schema?.validate(value).map { "\($0)" } ?? []
      return violations.isEmpty ? problems(value) : violations
    }
  }

  /// The value within a model's text: some put it in a fence, or a sentence before it.
  static func value(in text: String) -> JSONValue? {
    if let value = try? JSONParser.parse(text) { return value }
    guard let begin = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}"), begin < end else { return nil }
    return try? JSONParser.parse(String(text[begin...end]))
  }
}

/// Why an attempt of an agent came to nothing.
package struct AgentFailure: Error, Sendable, Hashable {
  package var reason: TaskReason
  package var isRetryable: Bool

  package init(_ reason: TaskReason, isRetryable: Bool = false) {
    self.reason = reason
    self.isRetryable = isRetryable
  }
}
