import SCRProtocol

extension SettingsLayer {
  /// What flags say.
  init(flags: [String: String], resolve: (String) -> String) {
    for (name, text) in flags.sorted(by: { $0.key < $1.key }) {
      if let setting = Settings.catalogue.first(where: { $0.traits.flag == name }) {
        assign(setting, text, .flag(name), resolve)
      } else {
        problems.append(SourceProblem(.unknownKey, at: .flag(name), "sets no setting"))
      }
    }
  }

  /// What `SCR_*` variables say; an empty one says nothing.
  init(environment: [String: String], resolve: (String) -> String) {
    for setting in Settings.catalogue {
      guard let name = setting.environmentName, let text = environment[name], !text.isEmpty else { continue }
      assign(setting, text, .environment(name), resolve)
    }
    let prototype = PrototypeServer.assignments(environment)
    assignments += prototype.assignments
    problems += prototype.problems
  }

  private mutating func assign(
    _ setting: Setting<Settings>, _ text: String, _ origin: SourceOrigin, _ resolve: (String) -> String
  ) {
    guard let parse = setting.parse else { return }
    let value = setting.traits.isPath ? .string(resolve(text)) : parse(text)
    assignments.append(
      Assignment(path: setting.path, setting: setting, record: "", value: value, origin: origin))
  }
}

/// Variables that look like ours and do nothing: most often a typo, or a setting that only the prototype had.
enum StrayVariables {
  private static let prototype = [
    "SCR_LLM_FAILOVER_", "SCR_TASK_QUEUE_", "SCR_MEMORY_", "SCR_TOOLS_POLICY_", "SCR_TOOLS_AUDIT_", "SCR_OTEL_",
    "SCR_DISTRIBUTED_", "SCR_FORCE_SERVER", "SCR_RUN_MULTI_NODE_TESTS",
  ]
  /// Read by tests and tools of this project.
  private static func isDevelopment(_ name: String) -> Bool {
    name == "SCR_BIN" || ["SCR_TEST_", "SCR_UPDATE_"].contains { name.hasPrefix($0) }
  }

  static func notices(_ environment: [String: String]) -> [SourceProblem] {
    let known = Settings.catalogue.compactMap(\.environmentName) + PrototypeServer.variables
    let stray = environment.keys.filter { name in
      name.hasPrefix("SCR_") && !known.contains(name) && !isDevelopment(name)
    }
    return stray.sorted().map { name in
      prototype.contains { name.hasPrefix($0) }
        ? SourceProblem(
          .noEffect, at: .environment(name), "belonged to the prototype and has no counterpart in this version")
        : SourceProblem(
          .noEffect, at: .environment(name), "names no setting", hint: Suggestion.hint(name, among: known))
    }
  }
}
