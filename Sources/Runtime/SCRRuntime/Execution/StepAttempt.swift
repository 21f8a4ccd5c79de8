import SCRProtocol

/// One try of a step, after its intent has been committed.
package struct StepAttempt: Sendable {
  package enum Work: Sendable {
    case tool(ToolCall)
    case agent(AgentBrief)
  }

  package let stepID: String
  package let number: Int
  package let work: Work

  package init(stepID: String, number: Int, work: Work) {
    self.stepID = stepID
    self.number = number
    self.work = work
  }

  /// Of a tool step.
  package var call: ToolCall? { if case .tool(let call) = work { call } else { nil } }
  /// Of an agent step.
  package var brief: AgentBrief? { if case .agent(let brief) = work { brief } else { nil } }

  /// The same with a journal for what a tool's server makes of the call.
  func keeping(_ journal: () -> any RemoteTaskJournal) -> StepAttempt {
    guard case .tool(var call) = work else { return self }
    call.context.remoteTask = journal()
    return StepAttempt(stepID: stepID, number: number, work: .tool(call))
  }

  /// For people: the tool, or the kind of agent.
  var label: String {
    switch work {
    case .tool(let call): call.name.qualified
    case .agent(let brief): brief.kind.rawValue
    }
  }

  var taskID: TaskID? {
    switch work {
    case .tool(let call): call.context.taskID
    case .agent(let brief): brief.taskID
    }
  }
}

/// How an attempt ended.
package enum AttemptOutcome: Sendable {
  /// The tool answered; its own failure is an answer with `isError`.
  case answered(ToolResult)
  /// An agent came to its answer.
  case worked(ToolResult, AgentReport)
  /// An agent gave up, or its model gave no answer.
  case gaveUp(AgentFailure)
  /// An agent must use no more than it has. Its journal lets it go on where it is.
  case paused
  /// An agent has to know what became of a call of an earlier life.
  case unknown(TaskReason)
  case failed(ToolError)
  /// It was cancelled from our side; whether the call took effect is unknown.
  case interrupted
  /// It was told to stop and went on. It is left behind; what it still says is refused.
  case stuck
}
