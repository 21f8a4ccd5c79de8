import SCRProtocol
import SCRRuntime

/// What a run knows at a moment: fed by answers, events and ledgers, asked by whoever waits and by the checks. Pure.
struct ChaosState: Sendable {
  private(set) var round = 0
  /// Tasks of this round and of the last ones, by name.
  private(set) var files: [String: TaskFile] = [:]
  private var names: [String: String] = [:]
  /// Tasks that ended some rounds ago, by name: how they ended, and under which id.
  private(set) var ended: [String: Ended] = [:]
  private(set) var lastSequence: Int64 = 0
  /// Of this round, by number.
  private(set) var events: [Int64: ChaosEvent] = [:]
  private var eventsAgain: [Int64: ChaosEvent] = [:]
  private(set) var vanished: [ChaosEvent] = []
  private(set) var lateLines: [Evidence.LateLine] = []
  private(set) var effects = 0
  /// Submissions that are not answered yet.
  var openSubmissions = 0
  var lives: [Int64] = []
  /// Those that were done in this round.
  var faults: [FaultKind] = []
  var attempts = 0
  var failures: [String] = []
  var secondRuntimes: [String] = []
  var wrongSecondRuntimes: [String] = []

  struct Ended: Sendable, Hashable {
    var taskID: String
    var end: TaskFile.End
  }

  /// How many rounds a task's evidence is kept after its end.
  private static let keptRounds = 2

  // MARK: Rounds

  mutating func begin(_ plan: ChaosPlan.Round) {
    round = plan.number
    (events, eventsAgain, vanished, lateLines) = ([:], [:], [], [])
    (faults, attempts, failures, secondRuntimes, wrongSecondRuntimes) = ([], 0, [], [], [])
    for task in plan.tasks { files[task.name] = TaskFile(task: task, taskID: "", round: round) }
  }

  /// After the last round.
  mutating func beginEnd() { (attempts, failures) = (0, []) }

  /// Every task that ended in any round, as the runtime lists it now.
  /// - Parameter listed: the state by id.
  func endedFiles(_ listed: [String: String]) -> [TaskFile] {
    let kept = files.values.compactMap { file in file.end.map { (file.task.name, Ended(taskID: file.taskID, end: $0)) }
    }
    return (kept + ended.map { ($0.key, $0.value) }).sorted { $0.0 < $1.0 }.map { name, past in
      var file = TaskFile(task: ChaosTask(name: name, steps: [], priority: 3), taskID: past.taskID, round: 0)
      file.isAccepted = true
      // Only the state is listed: what else belongs to an end was compared in its round.
      file.end = TaskFile.End(["state": .string(past.end.state)])
      if let state = listed[past.taskID] { file.answer = ["state": .string(state), "reason": ["message": "listed"]] }
      file.isMissing = listed[past.taskID] == nil
      return file
    }
  }

  /// Forgets the evidence of tasks that ended rounds ago, all but their end.
  mutating func forget() {
    for (name, file) in files where file.round <= round - Self.keptRounds {
      guard let end = file.end else { continue }
      ended[name] = Ended(taskID: file.taskID, end: end)
      files[name] = nil
      names[file.taskID] = nil
    }
  }

  /// Every file, and what is told of at once.
  var evidence: Evidence {
    var evidence = Evidence(round: round)
    evidence.files = files.values.filter { !$0.taskID.isEmpty }.sorted {
      ($0.round, $0.task.name) < ($1.round, $1.task.name)
    }
    (evidence.lives, evidence.faults) = (lives, faults)
    (evidence.vanished, evidence.lateLines) = (vanished, lateLines)
    (evidence.secondRuntimes, evidence.wrongSecondRuntimes) = (secondRuntimes, wrongSecondRuntimes)
    (evidence.attempts, evidence.failures) = (attempts, failures)
    return evidence
  }

  // MARK: What happens

  /// A submission was answered with this id.
  mutating func accepted(_ name: String, as taskID: String) {
    identify(name, taskID)
    files[name]?.isAccepted = true
  }

  private mutating func identify(_ name: String, _ taskID: String) {
    guard let file = files[name] else { return }
    if file.taskID.isEmpty {
      files[name]?.taskID = taskID
      names[taskID] = name
    } else if file.taskID != taskID, !file.otherIDs.contains(taskID) {
      files[name]?.otherIDs.append(taskID)
    }
  }

  /// Events that came before are passed over: after a restart some may come again.
  mutating func take(_ event: ChaosEvent) {
    guard event.sequence > lastSequence else { return }
    lastSequence = event.sequence
    events[event.sequence] = event
    guard let taskID = event.taskID else { return }
    if event.kind == .taskSubmitted, let title = event.title { identify(title, taskID) }
    if let name = names[taskID] { files[name]?.events.append(event) }
  }

  /// An event of the round, out of the store.
  mutating func takeAgain(_ event: ChaosEvent) { eventsAgain[event.sequence] = event }

  /// Everything that is stored of the round has come again: what was told and is not among it has vanished.
  mutating func rereadEnded() {
    vanished = events.values.filter { eventsAgain[$0.sequence] != $0 }.sorted { $0.sequence < $1.sequence }
  }

  mutating func take(_ lines: [LedgerLine]) {
    for line in lines {
      if line.kind == .effect { effects += 1 }
      let parts = line.token.split(separator: "/", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { continue }
      if files[parts[0]] != nil {
        files[parts[0]]?.lines.append(line)
      } else if let past = ended[parts[0]], past.end.completedSteps.contains(parts[1]), line.kind != .look {
        lateLines.append(
          Evidence.LateLine(taskName: parts[0], taskID: past.taskID, stepID: parts[1], line: line))
      }
    }
  }

  /// - Parameter answer: of `get_task`; nil where it said that there is no such task.
  mutating func answered(_ name: String, _ answer: JSONValue?) {
    files[name]?.isMissing = answer == nil
    guard let answer else { return }
    files[name]?.answer = answer
    if files[name]?.end == nil { files[name]?.end = TaskFile.End(answer) }
  }

  mutating func explained(_ name: String, _ text: String) { files[name]?.explanation = text }

  // MARK: Questions

  var eventCount: Int { events.count }
  var firstSequence: Int64? { events.keys.min() }

  /// Tasks that were accepted, as far as is known, and have not come to rest.
  var restless: [TaskFile] { files.values.filter { !$0.taskID.isEmpty && !$0.isAtRest } }

  /// Nothing happens any more unless somebody does something.
  var isQuiet: Bool { openSubmissions == 0 && restless.isEmpty }

  /// Tasks that wait for somebody's decision.
  var waiting: [TaskFile] { files.values.filter { $0.state == TaskState.waiting.rawValue } }
}
