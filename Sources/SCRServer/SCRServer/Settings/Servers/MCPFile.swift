import SCRProtocol

/// `.mcp.json` as other programs write it: read with patience, since it is not ours to correct.
struct MCPFile: Sendable {
  let path: String
  let digest: String
  private let entries: [(name: String, value: JSONValue)]
  private let places: SourceMap

  /// - Throws: ``SourceError`` for a file without readable servers; callers only report it.
  init(_ bytes: [UInt8], path: String) throws(SourceError) {
    let document = try SourceDocument.parse(bytes, file: ".mcp.json")
    guard let servers = document.value["mcpServers"], let object = servers.objectValue else {
      let place = SourceLocation(file: ".mcp.json", line: 1, column: 1)
      throw SourceError([SourceProblem(.missing, at: .file(place), "no map \"mcpServers\", so no tool servers in it")])
    }
    self.path = path
    digest = Trust.digest(servers)
    entries = object.map { ($0.key, $0.value) }
    places = document.keys
  }

  /// Its servers in their order; what cannot be started says why.
  func servers(_ request: SettingsRequest, _ settings: Settings) -> [ServerSettings] {
    entries.map { name, value in
      let origin = places["mcpServers.\(name)"].map { SourceOrigin.file($0) } ?? .standard
      var server = ServerSettings(
        name: name, command: "", callTimeoutMs: settings.tools.callTimeoutMs, origin: origin)
      do throws(Unusable) {
        try fill(&server, value, request)
      } catch {
        server.state = .unsupported(error.reason)
      }
      if !RecordName.isValid(name) { server.state = .unsupported("\"\(name)\" is no valid name: \(RecordName.rule)") }
      return server
    }
  }

  private struct Unusable: Error { let reason: String }

  private func fill(
    _ server: inout ServerSettings, _ value: JSONValue, _ request: SettingsRequest
  ) throws(Unusable) {
    guard let entry = value.objectValue else { throw Unusable(reason: "its entry is no object") }
    let expansion = VariableExpansion(environment: request.environment)
    if entry["disabled"] == true || entry["enabled"] == false { server.state = .disabled }
    if let type = entry["type"]?.stringValue, type != "stdio" {
      server.url = entry["url"]?.stringValue
      throw Unusable(reason: "its type is \(type): \(ServerSettings.noHTTP)")
    }
    guard let command = entry["command"] else {
      server.url = entry["url"]?.stringValue
      throw Unusable(reason: server.url == nil ? "it has no command" : ServerSettings.noHTTP)
    }
    var wording = ServerWording(command: try text(command, "command"))
    defer { if wording != server.wording { server.written = wording } }
    server.command = try expanded(wording.command, expansion)
    if server.command.isEmpty { throw Unusable(reason: "its command is empty") }
    if let args = entry["args"], !args.isNull {
      guard let values = args.arrayValue else { throw Unusable(reason: "its args are no list") }
      wording.args = try values.map { value throws(Unusable) in try text(value, "args") }
      server.args = try wording.args.map { text throws(Unusable) in try expanded(text, expansion) }
    }
    if let env = entry["env"], !env.isNull {
      guard let object = env.objectValue else { throw Unusable(reason: "its env is no object") }
      for field in object {
        let text = try text(field.value, "env.\(field.key)")
        wording.env[field.key] = .literal(text)
        server.env[field.key] = try expanded(text, expansion)
      }
    }
    if let cwd = entry["cwd"], !cwd.isNull {
      let text = try text(cwd, "cwd")
      let folder = try expanded(text, expansion)
      server.cwd = request.resolve(folder, from: FilePath.parent(path))
      wording.cwd = folder == text ? server.cwd : text
    }
  }

  private func expanded(_ text: String, _ expansion: VariableExpansion) throws(Unusable) -> String {
    do { return try expansion.expand(text) } catch {
      throw Unusable(reason: "the environment variable \(error.variable) is not set")
    }
  }

  /// Numbers and booleans pass as their text, which is what their writer meant.
  private func text(_ value: JSONValue, _ key: String) throws(Unusable) -> String {
    switch value {
    case .string(let text): return text
    case .integer, .number, .bool: return value.jsonText
    case .null, .array, .object: throw Unusable(reason: "its \(key) is no string")
    }
  }
}
