package import SCRProtocol

/// An agent that a file describes: one of the runtime's own kinds with instructions, and bounds that are never wider.
package struct AgentDefinition: Sendable, Hashable {
  /// See ``AgentKind/isName(_:)``; none of the runtime's own.
  package var name: String
  /// In a sentence, for planners and people.
  package var description: String
  /// What it builds on: one of ``bases``. Its answer and the tools that it may have are those of the kind.
  package var base: AgentKind
  /// Globs; nil for all tools of the kind.
  package var tools: [String]?
  /// Globs over names of skills; nil for all.
  package var skills: [String]?
  package var settings = AgentModelSettings()
  /// Of one attempt.
  package var budget: Budget?
  package var maxTurns: Int?
  /// Stands behind the kind's own prompt.
  package var instructions: String
  /// The file.
  package var origin: String

  package static let bases: [AgentKind] = [.worker, .researcher, .writer, .validator]

  package init(
    name: String, description: String, base: AgentKind = .worker, instructions: String, origin: String = ""
  ) {
    self.name = name
    self.description = description
    self.base = base
    self.instructions = instructions
    self.origin = origin
  }

  /// `{name, description, kind, tools?, skills?, provider?, model?, budget?, maxTurns?, file}`, without the instructions.
  package var json: JSONValue {
    var fields: JSONObject = [
      "name": .string(name), "description": .string(description), "kind": .string(base.rawValue),
    ]
    fields["tools"] = tools.map { .array($0.map { .string($0) }) }
    fields["skills"] = skills.map { .array($0.map { .string($0) }) }
    fields["provider"] = settings.provider.map { .string($0) }
    fields["model"] = settings.model.map { .string($0) }
    fields["budget"] = budget?.json
    fields["maxTurns"] = maxTurns.map { JSONValue($0) }
    fields["file"] = .string(origin)
    return .object(fields)
  }
}

/// The agents that files describe, by name. Immutable.
package struct AgentDefinitions: Sendable, Hashable {
  /// Files of a folder.
  package static let limit = 64

  /// In the order of their names.
  package let all: [AgentDefinition]

  package init(_ definitions: [AgentDefinition] = []) { all = definitions.sorted { $0.name < $1.name } }

  package var names: [String] { all.map(\.name) }

  package subscript(kind: AgentKind) -> AgentDefinition? { all.first { $0.name == kind.rawValue } }
}

extension AgentModelSettings {
  /// What a definition says goes before. A provider that it names has other models than the one before.
  func overridden(by other: AgentModelSettings) -> AgentModelSettings {
    AgentModelSettings(
      provider: other.provider ?? provider,
      model: other.model ?? (other.provider == nil || other.provider == provider ? model : nil),
      temperature: other.temperature ?? temperature, maxOutputTokens: other.maxOutputTokens ?? maxOutputTokens,
      seed: other.seed ?? seed, caching: other.caching)
  }
}
