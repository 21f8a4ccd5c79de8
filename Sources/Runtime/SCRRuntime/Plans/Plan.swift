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
  /// What a failed step does to the others, where it does not say so itself.
  package var failure: PlanFailurePolicy
  /// How the whole plan is run again when it fails; a submission may say otherwise.
  package var retry: TaskRetry?

  package init(
    title: String, inputs: JSONObject = [:], steps: [Step], expectations: [Expectation] = [],
    result: JSONValue? = nil, failure: PlanFailurePolicy = .finishOthers
  ) {
    self.title = title
    self.inputs = inputs
    self.steps = steps
    self.expectations = expectations
    self.result = result
    self.failure = failure
  }
}

/// What becomes of a plan whose step failed for good.
package enum PlanFailurePolicy: String, Sendable, Hashable, CaseIterable {
  /// Steps that do not depend on it come to their end first.
  case finishOthers
  /// The plan fails at once; what runs is cancelled.
  case failFast
}

/// What the failure of one step does to the others.
package enum StepFailurePolicy: String, Sendable, Hashable, CaseIterable {
  /// The plan fails at once, as with ``PlanFailurePolicy/failFast``.
  case stop
  /// What depends on it is skipped, everything else comes to its end, then the plan has failed.
  case skipDependents
  /// What depends on it runs and sees the failure as a value with `isError`; the plan does not fail for it.
  case `continue`
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
  /// Nil leaves it to the plan's ``Plan/failure``.
  package var onFailure: StepFailurePolicy?
  /// Of an agent's step: globs over the names of tools that it may use; nil for all of its kind.
  package var tools: [String]?
  /// Of an agent's step: what one attempt of it may use.
  package var budget: Budget?

  package init(
    id: String, work: StepWork, dependencies: Set<String> = [], retry: RetryPolicy = .once,
    timeout: Duration? = nil, onUnknownOutcome: UnknownOutcomePolicy? = nil, onFailure: StepFailurePolicy? = nil
  ) {
    self.id = id
    self.work = work
    self.dependencies = dependencies
    self.retry = retry
    self.timeout = timeout
    self.onUnknownOutcome = onUnknownOutcome
    self.onFailure = onFailure
  }
}

extension Step {
  /// Whether it judges the steps that it depends on: it begins once all of them have ended, however that was, and what
  /// became of them is for it to say.
  var isJudge: Bool { if case .agent(.critic, _) = work { true } else { false } }
}

extension StepWork {
  /// Whether an agent does it.
  var isAgent: Bool { if case .agent = self { true } else { false } }
}

/// What a step does.
package enum StepWork: Sendable, Hashable {
  /// `arguments` is an object whose strings may hold expressions.
  case tool(ToolName, arguments: JSONObject)
  /// Work for an agent that needs a model.
  case agent(AgentKind, goal: String)
  /// Waits for an answer, an event or a moment, without a worker.
  case wait(WaitSpec)
  /// A task of its own, whose result is the step's value.
  indirect case plan(ChildPlan)

  /// Whether it takes one of the task's parallel slots while it is under way.
  var needsWorker: Bool {
    switch self {
    case .tool, .agent: true
    case .wait, .plan: false
    }
  }
}

/// A plan within a plan. Its expressions see its own inputs and steps alone.
package struct ChildPlan: Sendable, Hashable {
  /// As it stands in the plan around it: what the child task gets.
  package var document: JSONValue
  package var plan: Plan
  /// The child's inputs; strings may hold expressions over the plan around it.
  package var inputs: JSONObject
  /// What the child may use; nil is all that its parent has left.
  package var budget: Budget?

  package init(document: JSONValue, plan: Plan, inputs: JSONObject, budget: Budget? = nil) {
    self.document = document
    self.plan = plan
    self.inputs = inputs
    self.budget = budget
  }
}

/// Who does an agent's step: one of the runtime's own, or one that a file describes (``AgentDefinition``).
package struct AgentKind: Sendable, Hashable, RawRepresentable {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }

  package static let planner = AgentKind(rawValue: "planner")
  package static let worker = AgentKind(rawValue: "worker")
  package static let critic = AgentKind(rawValue: "critic")
  package static let memory = AgentKind(rawValue: "memory")
  package static let researcher = AgentKind(rawValue: "researcher")
  package static let writer = AgentKind(rawValue: "writer")
  package static let validator = AgentKind(rawValue: "validator")

  /// The runtime's own.
  package static let builtIn: [AgentKind] = [.planner, .worker, .critic, .memory, .researcher, .writer, .validator]

  package var isBuiltIn: Bool { Self.builtIn.contains(self) }

  static let namePattern = "^[a-z][a-z0-9_-]{0,63}$"

  /// Whether an agent may have that name: a small letter, then small letters, digits, `-` and `_`, 64 at most.
  package static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
    return text.utf8.count <= 64
      && text.utf8.allSatisfy {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
      }
  }
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
