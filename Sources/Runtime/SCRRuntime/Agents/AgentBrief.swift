package import SCRProtocol

/// What an agent is to do in one attempt of a step. Made by the task's run; knows neither tools nor prompts.
package struct AgentBrief: Sendable, Hashable {
  package var taskID: TaskID
  package var stepID: String
  package var attempt: Int
  /// Runs of the whole task that failed before this one.
  package var failedRuns: Int
  /// The claim that every write names.
  package var epoch: Int64
  package var kind: AgentKind
  /// With its expressions resolved.
  package var goal: String
  package var inputs: JSONObject = [:]
  /// Globs over qualified or wire names; nil for all that the kind may use.
  package var tools: [String]?
  /// Of this attempt alone.
  package var budget: Budget?
  package var timeout: Duration?
  package var onUnknownOutcome: UnknownOutcomePolicy
  /// Somebody looked and wants calls of unknown outcome made again.
  package var mayRepeatCalls = false
  /// What steps before it gave, in the plan's order.
  package var sources: [Source] = []
  /// Of a planner: which of the goal's plans it makes, from 1.
  package var round = 1
  /// Of a planner in a later round: what the critic wants done.
  package var feedback: JSONValue?
  /// Of a planner: the plan so far, which it adds to.
  package var document: JSONValue?

  /// A step that the agent knows the outcome of.
  package struct Source: Sendable, Hashable {
    package var stepID: String
    /// What it was to do, in one line.
    package var work: String
    package var state: StepState
    package var text: String

    package init(stepID: String, work: String, state: StepState, text: String) {
      self.stepID = stepID
      self.work = work
      self.state = state
      self.text = text
    }
  }

  package init(
    taskID: TaskID, stepID: String, attempt: Int = 1, failedRuns: Int = 0, epoch: Int64 = 1, kind: AgentKind,
    goal: String, onUnknownOutcome: UnknownOutcomePolicy = .ask
  ) {
    self.taskID = taskID
    self.stepID = stepID
    self.attempt = attempt
    self.failedRuns = failedRuns
    self.epoch = epoch
    self.kind = kind
    self.goal = goal
    self.onUnknownOutcome = onUnknownOutcome
  }

  /// Names this attempt among all of the task's life.
  package var attemptName: String { "\(taskID)/\(stepID)/\(failedRuns).\(attempt)" }
}
