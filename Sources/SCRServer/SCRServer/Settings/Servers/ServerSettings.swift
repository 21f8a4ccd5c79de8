package import SCRProtocol

/// How a server is written: references to variables stand by their names, so that it can be shown and told from
/// another one without their values.
package struct ServerWording: Sendable, Hashable {
  package var command: String
  package var args: [String]
  package var env: [String: EntryValue]
  package var cwd: String?

  package init(command: String, args: [String] = [], env: [String: EntryValue] = [:], cwd: String? = nil) {
    self.command = command
    self.args = args
    self.env = env
    self.cwd = cwd
  }

  /// What a task that uses the server relies on: another value means another server.
  package var identity: JSONValue {
    [
      "command": .string(command), "args": .array(args.map { .string($0) }), "cwd": cwd.map { .string($0) } ?? .null,
      "env": .object(JSONObject(env.map { JSONField(key: $0.key, value: $0.value.json) })),
    ]
  }
}

/// One tool server, from whatever source, resolved: ready to start, or with the reason why it is not.
package struct ServerSettings: Sendable, Hashable {
  package enum State: Sendable, Hashable {
    case enabled
    case disabled
    /// Named by a file of the working directory that nobody has consented to.
    case needsApproval
    /// It cannot be started; the reason is for a person.
    case unsupported(String)
  }

  package var name: String
  /// Empty for a server that is reached by a URL.
  package var command: String
  package var args: [String] = []
  /// Its own variables, with references resolved. May hold secrets.
  package var env: [String: String] = [:]
  /// Absolute; nil for ours.
  package var cwd: String?
  package var url: String?
  package var allowedTools: [String] = []
  package var excludedTools: [String] = []
  package var readOnlyTools: [String] = []
  package var idempotentTools: [String] = []
  package var startupTimeoutMs = 10_000
  package var callTimeoutMs: Int
  /// Nil: a call may be silent as long as it may take.
  package var idleTimeoutMs: Int?
  /// Whether it may have the model answer it.
  package var sampling = false
  package var origin: SourceOrigin
  package var state = State.enabled
  /// Nil where nothing in it refers to a variable.
  package var written: ServerWording?

  package var wording: ServerWording {
    written ?? ServerWording(command: command, args: args, env: env.mapValues { .literal($0) }, cwd: cwd)
  }

  package init(name: String, command: String, callTimeoutMs: Int, origin: SourceOrigin) {
    self.name = name
    self.command = command
    self.callTimeoutMs = callTimeoutMs
    self.origin = origin
  }

  /// - Parameters:
  ///   - environment: where references to variables are looked up.
  ///   - callTimeoutMs: of tools in general.
  init(
    name: String, entry: ServerEntry, origin: SourceOrigin, environment: [String: String], callTimeoutMs: Int
  ) {
    self.init(
      name: name, command: entry.command ?? "", callTimeoutMs: entry.callTimeoutMs ?? callTimeoutMs, origin: origin)
    (args, cwd, url) = (entry.args, entry.cwd, entry.url)
    (allowedTools, excludedTools) = (entry.allowedTools, entry.excludedTools)
    (readOnlyTools, idempotentTools) = (entry.readOnlyTools, entry.idempotentTools)
    (startupTimeoutMs, idleTimeoutMs, sampling) = (entry.startupTimeoutMs, entry.idleTimeoutMs, entry.sampling)
    if !entry.enabled { state = .disabled }
    if url != nil { state = .unsupported(Self.noHTTP) }
    for (variable, value) in entry.env.sorted(by: { $0.key < $1.key }) {
      switch value {
      case .literal(let text): env[variable] = text
      case .variable(let reference):
        env[variable] = environment[reference.variable]
        if env[variable] == nil, state == .enabled {
          state = .unsupported("the environment variable \(reference.variable) is not set")
        }
      }
    }
    let wording = ServerWording(command: command, args: args, env: entry.env, cwd: cwd)
    if wording != self.wording { written = wording }
  }

  static let noHTTP = "tool servers that are reached by HTTP are not supported yet"

  /// The same server, waiting for consent unless it would not start anyway.
  func awaitingApproval() -> ServerSettings {
    var server = self
    if state == .enabled { server.state = .needsApproval }
    return server
  }
}

extension ServerSettings.State: CustomStringConvertible {
  /// `enabled`, `disabled`, `needs_approval` or `unsupported`.
  package var description: String {
    switch self {
    case .enabled: "enabled"
    case .disabled: "disabled"
    case .needsApproval: "needs_approval"
    case .unsupported: "unsupported"
    }
  }
}
