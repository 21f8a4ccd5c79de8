package import SCRProtocol
package import SCRRuntime

/// Agents that plans may name, as JSON.
package enum AgentProjection {
  /// `{name, description, kind, builtIn: true}`, in the order of the documentation.
  package static func builtIn(_ prompts: PromptLibrary) -> [JSONValue] {
    AgentDefinition.bases.map { kind in
      [
        "name": .string(kind.rawValue), "description": .string(prompts[kind]?.description ?? ""),
        "kind": .string(kind.rawValue), "builtIn": true,
      ]
    }
  }

  /// `{definitions, skills}`: those of files behind the built-in ones.
  static func fields(_ configuration: RuntimeConfiguration) -> JSONObject {
    [
      "definitions": .array(builtIn(configuration.prompts) + configuration.definitions.all.map(\.json)),
      "skills": .array(configuration.skills.all.map(\.json)),
    ]
  }
}
