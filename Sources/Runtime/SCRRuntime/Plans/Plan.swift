package import SCRProtocol

/// A task's directed acyclic graph of steps (interface.md §5). Made by `PlanParser`, which also checks it.
package struct Plan: Sendable, Hashable {
  package var title: String
  /// Defaults of the inputs; a task's own inputs win.
  package var inputs: JSONObject
  package var steps: [Step]
  package var expectations: [Expectation]
  /// A template with expressions; nil gives the values of the last steps, by id.
  package var result: JSONValue?
  /// How the whole plan is run again when it fails; a submission may say otherwise.
  package var retry: TaskRetry?

  package init(
    title: String, inputs: JSONObject = [:], steps: [Step], expectations: [Expectation] = [],
    result: JSONValue? = nil
  ) {
    self.title = title
    self.inputs = inputs
    self.steps = steps
    self.expectations = expectations
    self.result = result
  }
}

/// One node of a plan.
package struct Step: Sendable, Hashable {
  /// `[a-z][a-z0-9_]{0,63}`, unique in its plan.
  package var id: String
  package var work: StepWork
  /// Everything that must be completed first: `needs` and the steps that its expressions refer to.
  package var dependencies: Set<String>
  package var retry: RetryPolicy
  package var timeout: Duration?
  /// Nil leaves it to the task's default.
  package var onUnknownOutcome: UnknownOutcomePolicy?

  package init(
    id: String, work: StepWork, dependencies: Set<String> = [], retry: RetryPolicy = .once,
    timeout: Duration? = nil, onUnknownOutcome: UnknownOutcomePolicy? = nil
  ) {
    self.id = id
    self.work = work
    self.dependencies = dependencies
    self.retry = retry
    self.timeout = timeout
    self.onUnknownOutcome = onUnknownOutcome
  }
}

/// What a step does. Later issues add child plans and waits.
package enum StepWork: Sendable, Hashable {
  /// `arguments` is an object whose strings may hold expressions.
  case tool(ToolName, arguments: JSONObject)
  /// Work for an agent that needs a model.
  case agent(AgentKind, goal: String)
}

package enum AgentKind: String, Sendable, Hashable, CaseIterable {
  case planner, worker, critic, memory, researcher, writer, validator
}

/// When and how often a failed attempt is made again.
package struct RetryPolicy: Sendable, Hashable {
  /// 1…100, the first attempt included.
  package var attempts: Int
  /// Doubles with every further attempt, up to a minute.
  package var backoff: Duration
  /// 0…1: the share of the pause that is random.
  package var jitter: Double

  package init(attempts: Int, backoff: Duration = .milliseconds(200), jitter: Double = 0.2) {
    self.attempts = attempts
    self.backoff = backoff
    self.jitter = jitter
  }

  package static let once = RetryPolicy(attempts: 1)
}

/// One line of `expect`, which the critic checks after the steps.
package enum Expectation: Sendable, Hashable {
  case step(String, notError: Bool)
  /// `value` is a template with expressions.
  case value(JSONValue, Comparison)

  package enum Comparison: Sendable, Hashable {
    case equals(JSONValue), atLeast(Double), atMost(Double), contains(JSONValue), matches(String), schema(JSONValue)
  }
}
