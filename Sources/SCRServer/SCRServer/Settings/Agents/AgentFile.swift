import SCRProtocol
package import SCRRuntime

/// An agent as `agents/NAME.md` describes it.
package enum AgentFile {
  private static let members = [
    "name", "description", "kind", "tools", "skills", "provider", "model", "temperature", "maxOutputTokens", "budget",
    "maxTurns",
  ]

  /// - Parameters:
  ///   - file: for errors.
  ///   - stem: the file's name without `.md`; the agent's, unless it says another.
  ///   - providers: that are configured.
  /// - Throws: ``SourceError`` with everything that is wrong, by line and column.
  package static func read(
    _ bytes: [UInt8], file: String, stem: String, providers: [String]
  ) throws(SourceError) -> AgentDefinition {
    var matter = try FrontMatter(bytes, file: file)
    matter.refuseUnknown(members)
    let name = matter.text("name", limit: 64) ?? stem
    if !AgentKind.isName(name) {
      matter.complain(
        .outOfRange, "name", "\"\(name.prefix(80))\" is no name of an agent",
        hint: "a small letter, then small letters, digits, - and _, 64 at most")
    } else if AgentKind(rawValue: name).isBuiltIn {
      matter.complain(
        .notAllowed, "name", "\"\(name)\" is one of the built-in agents",
        hint: "take another name; agents.prompts replaces what the built-in ones are told")
    }
    let description = matter.text("description", limit: 1024, isNeeded: true) ?? ""
    let kind = matter.word("kind", among: AgentDefinition.bases.map(\.rawValue))
    var definition = AgentDefinition(
      name: name, description: description, base: kind.map { AgentKind(rawValue: $0) } ?? .worker,
      instructions: matter.body, origin: file)
    definition.tools = matter.texts("tools")
    definition.skills = matter.texts("skills")
    definition.settings = AgentModelSettings(
      provider: matter.text("provider", limit: 256), model: matter.text("model", limit: 256),
      temperature: matter.number("temperature", 0...2),
      maxOutputTokens: matter.whole("maxOutputTokens", 1...10_000_000))
    if let provider = definition.settings.provider, !providers.contains(provider) {
      matter.complain(
        .missing, "provider", "there is no provider \"\(provider)\" under models.providers",
        hint: Suggestion.hint(provider, among: providers))
    }
    definition.budget = matter.budget("budget")
    definition.maxTurns = matter.whole("maxTurns", 1...1000)
    if matter.body.isEmpty {
      matter.complain(.missing, "", "the agent has no instructions", hint: "write them below the front matter")
    }
    try matter.check()
    return definition
  }
}
