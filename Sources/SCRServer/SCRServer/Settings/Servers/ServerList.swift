/// All tool servers by name, and who has to consent to what. What is trusted keeps its name against what is not.
struct ServerList {
  private(set) var consents: [ConsentRequest] = []
  private(set) var notices: [SourceProblem] = []
  private var servers: [String: ServerSettings] = [:]
  private let request: SettingsRequest
  private let settings: Settings

  var all: [ServerSettings] { servers.values.sorted { $0.name < $1.name } }

  init(request: SettingsRequest, assembly: Assembly) {
    self.request = request
    settings = assembly.settings
    servers[BuiltInFilesystem.name] = BuiltInFilesystem.server(request, settings)
    for name in settings.mcp.servers.keys { servers[name] = server(name, assembly) }
  }

  private func server(_ name: String, _ assembly: Assembly) -> ServerSettings? {
    let path = "mcp.servers.\(name)"
    return assembly.settings.mcp.servers[name].map { entry in
      let origin = assembly.origins["\(path).command"] ?? assembly.origin(under: path) ?? .standard
      return ServerSettings(
        name: name, entry: entry, origin: origin, environment: request.environment,
        callTimeoutMs: assembly.settings.tools.callTimeoutMs)
    }
  }

  /// - Parameter wished: how everything would be if the file were consented to.
  mutating func add(held: HeldBack, wished: Assembly) {
    guard !held.guarded.isEmpty else { return }
    let wanted = held.servers.compactMap { server($0, wished) }
    consents.append(
      ConsentRequest(
        path: held.path, digest: held.digest, isGranted: held.isGranted, servers: wanted, settings: held.wishes))
    if held.isGranted { return }
    for server in wanted where settings.mcp.servers[server.name] == nil { addUntrusted(server) }
  }

  mutating func add(_ file: MCPFile?, trust: Trust) {
    guard let file else { return }
    let isGranted = trust.allows(path: file.path, digest: file.digest)
    let found = file.servers(request, settings)
    consents.append(
      ConsentRequest(path: file.path, digest: file.digest, isGranted: isGranted, servers: found, settings: []))
    for server in found {
      let existing = servers[server.name]
      if isGranted, existing == nil || existing?.origin == .standard {
        servers[server.name] = server
      } else if isGranted {
        shadow(server, by: existing)
      } else {
        addUntrusted(server)
      }
    }
  }

  private mutating func addUntrusted(_ server: ServerSettings) {
    if let existing = servers[server.name] { return shadow(server, by: existing) }
    servers[server.name] = server.awaitingApproval()
  }

  private mutating func shadow(_ server: ServerSettings, by existing: ServerSettings?) {
    notices.append(
      SourceProblem(
        .noEffect, at: server.origin, path: "mcp.servers.\(server.name)",
        "not used, since a server of this name is defined by \(existing?.origin.description ?? "another source")"))
  }
}
