package import SCRProtocol
package import SCRRuntime

/// Why a command could not do what it was asked for, and how it exits.
package struct CommandFailure: Error, Sendable, CustomStringConvertible {
  package var exit: CommandExit
  /// The name of an ``ErrorKind``, or `usage` for a wrong command line.
  package var kind: String
  /// What happened and why; begins with file:line:column where a file is at fault.
  package var message: String
  /// What to do about it.
  package var hint: String?

  package init(_ exit: CommandExit, kind: String, _ message: String, hint: String? = nil) {
    self.exit = exit
    self.kind = kind
    self.message = message
    self.hint = hint
  }

  package static func usage(_ message: String, hint: String? = nil) -> CommandFailure {
    CommandFailure(.usage, kind: "usage", message, hint: hint)
  }

  package static func failed(_ kind: ErrorKind, _ message: String, hint: String? = nil) -> CommandFailure {
    CommandFailure(.failed, kind: kind.name, message, hint: hint)
  }

  /// `error: …` and the hint on a line of its own.
  package var description: String {
    "error: \(message)" + (hint.map { "\n  hint: \($0)" } ?? "")
  }

  /// `{error: {kind, message, hint?}}`: what `--json` writes instead of a result.
  package var json: JSONValue {
    var fields: JSONObject = ["kind": .string(kind), "message": .string(message)]
    fields["hint"] = hint.map { .string($0) }
    return ["error": .object(fields)]
  }
}

extension CommandFailure {
  /// What the runtime refused, with the code that fits its kind.
  /// - Parameter inputs: names that the command line gave values for.
  package init(_ error: RuntimeError, inputs: [String] = []) {
    if let plan = error.cause as? PlanError {
      // Its lines have places and hints of their own.
      self.init(.usage, kind: error.kind.name, plan.problems.map { Self.words($0, inputs) }.joined(separator: "\n"))
      return
    }
    let place = error.path.map { error.message.contains($0) ? "" : "\($0): " } ?? ""
    self.init(Self.exit(for: error.kind), kind: error.kind.name, place + error.message, hint: error.hint)
  }

  /// A value that was given is a fault of its flag, not of a place in the plan's file.
  private static func words(_ problem: PlanProblem, _ inputs: [String]) -> String {
    guard problem.kind == .invalidInput, let name = inputs.first(where: { problem.path == "inputs.\($0)" }) else {
      return problem.description
    }
    var problem = problem
    problem.location = nil
    problem.path = "--input \(name)"
    return problem.description
  }

  package init(_ error: StoreError) { self.init(RuntimeError(error)) }

  /// What the owner of a state directory refused.
  package init(_ error: RPCError) {
    let kind = error.kind ?? .internal
    self.init(
      Self.exit(for: kind), kind: kind.name, error.message, hint: error.data?["hint"]?.stringValue)
  }

  private static func exit(for kind: ErrorKind) -> CommandExit {
    switch kind {
    case .invalidPlan, .invalidInput, .invalidParams, .modelUnavailable, .denied: .usage
    case .storeUnavailable, .shuttingDown, .queueFull, .paused: .unavailable
    case .cancelled: .cancelled
    case .timeout: .timedOut
    default: .failed
    }
  }
}
