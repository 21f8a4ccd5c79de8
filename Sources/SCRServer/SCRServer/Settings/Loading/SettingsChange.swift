/// What is different between two readings of the configuration, tool servers aside. Pure.
package struct SettingsChange: Sendable, Hashable {
  /// Paths of settings that take effect at once, in the order of the catalogue.
  package let atOnce: [String]
  /// Those whose change has to wait for the next start.
  package let atRestart: [String]

  package init(from old: Settings, to new: Settings) {
    let changed = Settings.catalogue.filter { setting in
      // Records are compared by whoever uses them.
      !setting.path.contains("*") && setting.traits.status == .effective
        && setting.read(old, "") != setting.read(new, "")
    }
    atOnce = changed.filter { !$0.traits.needsRestart }.map(\.path)
    atRestart = changed.filter(\.traits.needsRestart).map(\.path)
  }
}

extension LoadedSettings {
  /// The same, with what cannot change while a process lives as it was at its start.
  package func keepingFixed(of start: LoadedSettings) -> LoadedSettings {
    var kept = self
    kept.settings.stateDir = start.settings.stateDir
    kept.settings.workspaceRoot = start.settings.workspaceRoot
    kept.settings.log.file = start.settings.log.file
    kept.settings.log.format = start.settings.log.format
    kept.settings.mirror = start.settings.mirror
    kept.settings.runtime.leaseMs = start.settings.runtime.leaseMs
    let ttl = kept.settings.memory.ttlMs
    kept.settings.memory = start.settings.memory
    kept.settings.memory.ttlMs = ttl
    kept.settings.models = start.settings.models
    kept.settings.server.maxFrameBytes = start.settings.server.maxFrameBytes
    kept.settings.server.maxInFlight = start.settings.server.maxInFlight
    kept.settings.server.maxConnections = start.settings.server.maxConnections
    kept.settings.server.stalledMs = start.settings.server.stalledMs
    kept.settings.agents.prompts = start.settings.agents.prompts
    kept.settings.agents.folder = start.settings.agents.folder
    kept.settings.agents.skills = start.settings.agents.skills
    // The built-in server is rooted where tasks belong.
    if let place = kept.servers.firstIndex(where: { $0.name == BuiltInFilesystem.name && $0.origin == .standard }),
      let first = start.servers.first(where: { $0.name == BuiltInFilesystem.name && $0.origin == .standard })
    {
      kept.servers[place].args = first.args
      kept.servers[place].state = first.state
    }
    return kept
  }
}
