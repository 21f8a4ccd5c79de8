import SCRProtocol

/// The one tool server that the prototype took from the environment.
enum PrototypeServer {
  private static let enabled = "SCR_MCP_ENABLED"
  private static let name = "SCR_MCP_SERVER_NAME"
  private static let command = "SCR_MCP_SERVER_COMMAND"
  private static let args = "SCR_MCP_SERVER_ARGS"
  private static let allowedTools = "SCR_MCP_ALLOWED_TOOLS"

  static let variables = [enabled, name, command, args, allowedTools]

  /// Settings of `mcp.servers.<name>`; none without a command.
  static func assignments(_ environment: [String: String]) -> (assignments: [Assignment], problems: [SourceProblem]) {
    func value(_ variable: String) -> String? { environment[variable].flatMap { $0.isEmpty ? nil : $0 } }
    guard let program = value(command) else { return ([], []) }
    let record = value(name) ?? "dev_mcp"
    guard RecordName.isValid(record) else {
      let problem = SourceProblem(
        .outOfRange, at: .environment(name), "\"\(record)\" is no valid name", hint: RecordName.rule)
      return ([], [problem])
    }
    let written: [(key: String, variable: String, value: JSONValue?)] = [
      ("command", command, .string(program)),
      ("args", args, value(args).map(list)),
      ("allowedTools", allowedTools, value(allowedTools).map(list)),
      ("enabled", enabled, value(enabled).map { $0 == "true" ? true : $0 == "false" ? false : .string($0) }),
      ("cwd", "SCR_WORKSPACE_ROOT", value("SCR_WORKSPACE_ROOT").map { .string($0) }),
    ]
    let assignments = Settings.catalogue.flatMap { setting in
      written.filter { setting.path == "mcp.servers.*.\($0.key)" }.compactMap { key, variable, value in
        value.map {
          Assignment(
            path: "mcp.servers.\(record).\(key)", setting: setting, record: record, value: $0,
            origin: .environment(variable))
        }
      }
    }
    return (assignments, [])
  }

  private static func list(_ text: String) -> JSONValue { .array(CommaList.split(text).map { .string($0) }) }
}
