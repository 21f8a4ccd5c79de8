/// What was collected in one round, for the checkers: values, nothing that is still to be asked for.
struct Evidence: Sendable, Hashable {
  var round: Int
  /// Those that were done: where there is no tool server at the moment, none can be killed.
  var faults: [FaultKind] = []
  /// The tasks of this round, and earlier ones that something was heard of, or that were looked at again.
  var files: [TaskFile] = []
  /// When each life of the runtime began, in milliseconds since 1970; the first is life 1.
  var lives: [Int64] = []
  /// Events that were received while they happened and that a later reading of the store did not give again.
  var vanished: [ChaosEvent] = []
  /// Lines of the ledger for tasks that ended in an earlier round.
  var lateLines: [LateLine] = []
  /// Processes that were found with our mark.
  var processes: Int = 0
  /// Those of lives that are over, which outlived the time they had to end.
  var survivors: [MarkedProcess] = []
  /// How each second runtime ended that was started beside the first.
  var secondRuntimes: [String] = []
  /// Those of them that were not refused as they should be.
  var wrongSecondRuntimes: [String] = []
  /// Starts, stops and submissions, counted; and what failed of them.
  var attempts = 0
  var failures: [String] = []
  /// Submissions that were said to stand for another task.
  var repeats: [TaskFile] = []
  var questions: [ChaosQuestion] = []
  /// By the name of the task that they were sent to.
  var letters: [String: [ChaosLetter]] = [:]
  /// Of this round.
  var holds: [ChaosHold] = []
  var ticks: [TickBook] = []

  struct LateLine: Sendable, Hashable {
    var taskName: String
    var taskID: String
    var stepID: String
    var line: LedgerLine
  }

  /// The life in which a moment falls; 0 before the first.
  func life(at moment: Int64) -> Int { lives.count { $0 <= moment } }

  /// Whether the task was submitted in this round. Others are checked again, and not counted again.
  func isOwn(_ file: TaskFile) -> Bool { file.round == round }

  /// Every invariant, checked.
  func findings() -> [Invariant: Finding] {
    [
      .lost: LostTasks.check(self), .repeated: RepeatedSteps.check(self), .doubled: DoubledEffects.check(self),
      .orphans: OrphanProcesses.check(self), .unexplained: UnexplainedTasks.check(self), .keys: SharedKeys.check(self),
      .results: InventedResults.check(self), .owner: SecondOwners.check(self), .alive: BrokenLives.check(self),
      .answers: AskedAgain.check(self), .letters: LostLetters.check(self), .early: EarlyStarts.check(self),
      .ticks: MissedTicks.check(self), .children: LostChildren.check(self), .held: BrokenHolds.check(self),
      .drained: UnmarkedDrains.check(self), .budgets: BrokenBudgets.check(self),
    ]
  }
}

/// A process that this run started, by the mark in its environment.
struct MarkedProcess: Sendable, Hashable {
  enum Role: String, Sendable, Hashable { case runtime, ourGuard, `guard`, server, other }

  var pid: Int32
  var life: Int
  var role: Role
  /// Of a tool server: its name.
  var server: String?
  /// Its words, with spaces between them.
  var command: String

  var text: String { "process \(pid) of life \(life): \(command.prefix(200))" }
}
