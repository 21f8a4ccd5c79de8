import SCRProtocol
import SCRRuntime

/// What a run knows at a moment: fed by answers, events and ledgers, asked by whoever waits and by the checks. Pure.
struct ChaosState: Sendable {
  private(set) var round = 0
  /// Tasks of this round and of the last ones, by name.
  var files: [String: TaskFile] = [:]
  private(set) var names: [String: String] = [:]
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
  /// By id, of the tasks that there are files of.
  var questions: [String: ChaosQuestion] = [:]
  /// By the name of the task that they are for.
  var letters: [String: [ChaosLetter]] = [:]
  /// Of this round.
  var holds: [ChaosHold] = []
  /// By the schedule's name, of the whole run.
  var ticks: [String: TickBook] = [:]
  /// By the name of a tick's task, whose submission has not been told yet: a ledger may be read before the events are.
  private var earlyLines: [String: [LedgerLine]] = [:]
  /// Nobody answers questions or sends events any more.
  var isOver = false

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
    (holds, isOver) = ([], false)
    for task in plan.tasks.flatMap(\.family) {
      files[task.name] = TaskFile(task: task, taskID: "", round: round)
    }
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
    questions = questions.filter { files[$0.value.taskName] != nil }
    letters = letters.filter { files[$0.key] != nil }
  }

  /// Every file, and what is told of at once.
  var evidence: Evidence {
    var evidence = Evidence(round: round)
    // What a schedule submitted may have begun just now: it is looked at in the next round.
    evidence.files = files.values.filter { !$0.taskID.isEmpty && !($0.task.isTick && $0.round == round) }.sorted {
      ($0.round, $0.task.name) < ($1.round, $1.task.name)
    }
    evidence.repeats = files.values.filter { $0.repeatOf != nil }.sorted { $0.task.name < $1.task.name }
    evidence.questions = questions.values.sorted { $0.id < $1.id }
    (evidence.letters, evidence.holds) = (letters, holds)
    evidence.ticks = ticks.values.sorted { $0.schedule.name < $1.schedule.name }
    (evidence.lives, evidence.faults) = (lives, faults)
    (evidence.vanished, evidence.lateLines) = (vanished, lateLines)
    (evidence.secondRuntimes, evidence.wrongSecondRuntimes) = (secondRuntimes, wrongSecondRuntimes)
    (evidence.attempts, evidence.failures) = (attempts, failures)
    return evidence
  }

  // MARK: What happens

  /// A submission was answered with this id.
  /// - Parameter isRepeat: it stands for a task that was there before.
  mutating func accepted(_ name: String, as taskID: String, isRepeat: Bool = false) {
    if isRepeat, let file = files[name], file.task.uniqueKey != nil, file.taskID != taskID {
      files[name]?.repeatOf = taskID
      return
    }
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
    if event.kind == .taskSubmitted { submitted(event, taskID) }
    guard let name = names[taskID] else { return }
    files[name]?.take(event)
    takeQuestion(event, of: name)
  }

  private mutating func submitted(_ event: ChaosEvent, _ taskID: String) {
    guard let title = event.title else { return }
    guard let schedule = event.schedule else { return identify(title, taskID) }
    ticks[schedule]?.submitted.append(event)
    guard let book = ticks[schedule] else { return }
    let name = "\(schedule)-\(taskID)"
    files[name] = TaskFile(task: book.schedule.task(name), taskID: "", round: round)
    identify(name, taskID)
    files[name]?.lines = earlyLines.removeValue(forKey: name) ?? []
  }

  /// An event of the round, out of the store.
  mutating func takeAgain(_ event: ChaosEvent) { eventsAgain[event.sequence] = event }

  /// Everything that is stored of the round has come again, up to an event at least: what was told and is not among it
  /// has vanished.
  mutating func rereadEnded(upTo last: Int64) {
    vanished = events.values.filter { $0.sequence <= last && eventsAgain[$0.sequence] != $0 }.sorted {
      $0.sequence < $1.sequence
    }
  }

  mutating func take(_ lines: [LedgerLine]) {
    for line in lines {
      if line.kind == .effect { effects += 1 }
      var line = line
      var parts = line.token.split(separator: "/", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { continue }
      let isTick = ticks[parts[0]] != nil
      if isTick, let id = line.key?.split(separator: "/").first {
        // All tasks of a schedule have the same plan; the key tells whose line it is.
        parts[0] = "\(parts[0])-\(id)"
        line.token = parts.joined(separator: "/")
      }
      if files[parts[0]] != nil {
        files[parts[0]]?.lines.append(line)
      } else if let past = ended[parts[0]], past.end.completedSteps.contains(parts[1]), line.kind != .look {
        lateLines.append(
          Evidence.LateLine(taskName: parts[0], taskID: past.taskID, stepID: parts[1], line: line))
      } else if isTick, ended[parts[0]] == nil {
        earlyLines[parts[0], default: []].append(line)
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

  /// Tasks that wait for somebody's decision.
  var waiting: [TaskFile] { files.values.filter { $0.state == TaskState.waiting.rawValue } }
}
