import SCRProtocol

/// Settings as layers make them, later ones winning, with the origin of each value that is not a default.
struct Assembly: Sendable {
  private(set) var settings: Settings
  private(set) var origins: [String: SourceOrigin] = [:]
  private(set) var problems: [SourceProblem] = []

  init(stateDir: String) { settings = Settings(stateDir: stateDir) }

  mutating func apply(_ assignments: [Assignment]) {
    for assignment in assignments {
      do throws(SettingComplaint) {
        try assignment.setting.apply(assignment.value, assignment.record, &settings)
        origins[assignment.path] = assignment.origin
      } catch {
        problems.append(assignment.problem(error))
      }
    }
  }

  /// Without providers in any file the usual variables of other programs name some.
  mutating func chooseModels(by environment: [String: String]) {
    guard settings.models.providers.isEmpty else { return }
    let (providers, first) = ModelEnvironment.settings(environment)
    settings.models.providers = providers
    settings.models.default = settings.models.default ?? first
  }

  /// What no single value shows: records that lack something, names that refer to nothing.
  mutating func checkRecords() {
    let refused = problems.map(\.path)
    /// A record with a value that was refused would only be blamed twice.
    func isWhole(_ path: String) -> Bool { !refused.contains { $0.hasPrefix(path + ".") } }
    for (name, entry) in settings.mcp.servers.sorted(by: { $0.key < $1.key }) where isWhole("mcp.servers.\(name)") {
      check(name, entry)
    }
    for (name, entry) in settings.models.providers.sorted(by: { $0.key < $1.key })
    where isWhole("models.providers.\(name)") { check(name, entry) }
    if let name = settings.models.default, settings.models.providers[name] == nil {
      complain(
        .missing, "models.default", "there is no provider \"\(name)\" under models.providers",
        hint: Suggestion.hint(name, among: settings.models.providers.keys.sorted()))
    }
    checkEmbeddings()
  }

  private mutating func checkEmbeddings() {
    let path = "memory.embeddings"
    let (provider, model) = (settings.memory.embeddings.provider, settings.memory.embeddings.model)
    guard let provider else {
      if model != nil { complain(.missing, path, "`model` has no effect without `provider`") }
      return
    }
    let names = settings.models.providers.keys.sorted()
    guard let entry = settings.models.providers[provider] else {
      return complain(
        .missing, "\(path).provider", "there is no provider \"\(provider)\" under models.providers",
        hint: Suggestion.hint(provider, among: names))
    }
    if entry.kind == .anthropic || entry.kind == .scripted {
      complain(
        .notSupported, "\(path).provider", "a provider of kind \(entry.kind?.rawValue ?? "") makes no vectors",
        hint: "name one of kind openai or ollama")
    }
    if model == nil { complain(.missing, path, "`provider` needs `model`, the model for vectors") }
  }

  private mutating func check(_ name: String, _ entry: ServerEntry) {
    let path = "mcp.servers.\(name)"
    switch (entry.command, entry.url) {
    case (nil, nil): complain(.missing, path, "a tool server needs `command`")
    case (_?, _?): complain(.notAllowed, path, "a tool server has either `command` or `url`, not both")
    default: break
    }
    for variable in entry.env.keys.sorted() where !EnvironmentName.isValid(variable) {
      complain(.outOfRange, "\(path).env", "\"\(variable)\" is no name of a variable")
    }
  }

  private mutating func check(_ name: String, _ entry: ModelProviderEntry) {
    let path = "models.providers.\(name)"
    guard let kind = entry.kind else { return complain(.missing, path, "a provider needs `kind`") }
    if kind == .scripted, entry.script == nil { complain(.missing, path, "a scripted provider needs `script`") }
    if kind != .scripted, entry.model == nil { complain(.missing, path, "a provider of kind \(kind) needs `model`") }
    let names = settings.models.providers.keys.sorted()
    for (key, named) in [("failover", entry.failover), ("standIn", entry.standIn.map { [$0] } ?? [])] {
      for other in named where !names.contains(other) {
        complain(
          .missing, "\(path).\(key)", "there is no provider \"\(other)\" under models.providers",
          hint: Suggestion.hint(other, among: names))
      }
    }
  }

  private mutating func complain(
    _ code: SourceProblem.Code, _ path: String, _ message: String, hint: String? = nil
  ) {
    problems.append(SourceProblem(code, at: origin(under: path) ?? .standard, path: path, message, hint: hint))
  }

  /// The origin of the value at `path`, else of the first by name below it.
  func origin(under path: String) -> SourceOrigin? {
    origins[path] ?? origins.filter { $0.key.hasPrefix(path + ".") }.min { $0.key < $1.key }?.value
  }
}
