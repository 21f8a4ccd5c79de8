extension AgentLoop {
  /// A conversation that a client leads: without a journal, and with a beginning of any length.
  init(
    _ request: ChatRequest, provider: ModelProfile, tools: [AgentTool], rules: AgentRules
  ) {
    self.init(
      AgentKit(
        tools: tools, rules: rules, purpose: ModelPurpose(role: Self.chatRole),
        settings: AgentModelSettings(
          provider: provider.name, model: request.model, temperature: request.temperature,
          maxOutputTokens: request.maxOutputTokens, seed: request.seed, caching: request.caching),
        window: provider.contextTokens, format: request.output))
    let opening = AgentOpening(system: request.system ?? "", user: "", tools: tools.map(\.model.name))
    self.opening = opening
    overhead = bytesBeside(opening)
    context.begin(request.messages)
  }

  /// What scripts and accounts call it.
  package static let chatRole = "chat"
}

extension ModelResponse {
  /// Nothing is to be called for it: it is the model's last word.
  var isLastWord: Bool { toolCalls.isEmpty || finish == .refusal || finish == .contentFilter }
}
