package import SCRProtocol

/// A run of a task as one value: what it was to do, what models and tools answered, and what came of it. From it the run can be
/// made again without any of them.
///
/// Children are part of it; what they called and asked is told by their steps as that of any other.
package struct Cassette: Sendable, Hashable {
  package static let format = "scr.cassette"
  package static let version = 1
  /// Bytes of a file.
  package static let limit = 64 << 20

  package var title: String
  package var goal: String?
  /// As it was submitted; nil for goals.
  package var plan: JSONValue?
  package var inputs: JSONObject
  package var budget: JSONValue?
  package var retry: JSONValue?
  package var outcome: Outcome
  /// Nil where no agent took part.
  package var desk: DeskRecord?
  package var calls: [Call]
  package var attempts: [Attempt]
  /// How many secrets were masked.
  package var masked: Int

  package struct Outcome: Sendable, Hashable {
    package var state: TaskState
    package var reason: TaskReason?
    package var result: JSONValue?
  }

  /// What the tool of a step gave.
  package struct Call: Sendable, Hashable {
    package var stepID: String
    package var tool: ToolName
    package var arguments: JSONObject
    package var effect: ToolEffect
    /// The step's value (``ToolResult/json``), or why there is none.
    package var value: JSONValue?
    package var reason: TaskReason?
  }

  /// One attempt of an agent.
  package struct Attempt: Sendable, Hashable {
    package var stepID: String
    package var kind: AgentKind
    /// `run.attempt`.
    package var number: String
    package var entries: [AgentEntry]
    /// What its requests were, in order.
    package var requests: [ModelRequestDigest]
    /// Why the request after the last answer came to nothing.
    package var failure: ModelTurn.Failure?
    /// Of a planner: the plan that it added to.
    package var document: JSONValue?
  }

  /// Of steps and of agents.
  package var callCount: Int {
    attempts.reduce(calls.count) { count, attempt in
      count + attempt.entries.count { if case .begun = $0 { true } else { false } }
    }
  }

  package var turnCount: Int { attempts.reduce(0) { $0 + $1.requests.count } }
}
