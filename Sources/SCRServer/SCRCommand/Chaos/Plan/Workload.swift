/// Makes the tasks of one round out of random numbers.
struct Workload: Sendable {
  /// The names of the tool servers.
  static let servers = ["alpha", "beta"]

  var random: SplitMix
  private let round: Int
  private let seed: UInt64
  /// About as many events as the round will have.
  private let expectedEvents: Int

  private init(seed: UInt64, round: Int, count: Int) {
    random = SplitMix(seed: seed, part: 2 * round)
    self.seed = seed
    self.round = round
    expectedEvents = count * eventsPerTask
  }

  static func tasks(seed: UInt64, round: Int, count: Int) -> [ChaosTask] {
    var workload = Workload(seed: seed, round: round, count: count)
    return (0..<count).map { workload.task($0) }
  }

  private mutating func task(_ number: Int) -> ChaosTask {
    let name = "r\(round)t\(number)"
    var task = ChaosTask(name: name, steps: [], priority: random.number(in: 1...5))
    shape(&task)
    // Those without a key cannot be submitted again when their answer was lost: nobody knows whether they were accepted.
    if !random.once(in: 5) { task.idempotencyKey = "chaos-\(seed)-\(name)" }
    if task.idempotencyKey != nil { task.isSubmittedAgain = random.once(in: 3) }
    if task.idempotencyKey == nil, random.once(in: 2) {
      task.uniqueKey = "unique-\(seed)-\(round)-\(random.below(2))"
    }
    if random.once(in: 3) { task.submitAfterEvents = random.below(expectedEvents / 2) }
    if random.once(in: 12) { task.cancelAfterEvents = random.below(expectedEvents) }
    if random.once(in: 12) { task.deadlineMs = random.number(in: 30...600) }
    place(&task)
    return task
  }

  /// Where and when it waits in the queue.
  private mutating func place(_ task: inout ChaosTask) {
    // A deadline that is not after the beginning would be refused.
    if random.once(in: 10), task.deadlineMs == nil { task.runAfterMs = random.number(in: 50...300) }
    if random.once(in: 3) { task.key = "k\(random.below(4))" }
    if task.key != nil, random.once(in: 4) { task.weight = random.number(in: 1...50) }
    let taskClass: String? =
      switch random.below(10) {
      case 0, 1: ChaosTask.bulk
      case 2: ChaosTask.drained
      default: nil
      }
    if let taskClass { Self.put(&task, into: taskClass) }
  }

  /// Children are where their parents are.
  private static func put(_ task: inout ChaosTask, into taskClass: String) {
    task.taskClass = taskClass
    for place in task.steps.indices {
      guard var child = task.steps[place].child else { continue }
      put(&child, into: taskClass)
      task.steps[place].kind = .child(child)
    }
  }

  // MARK: Steps

  private mutating func shape(_ task: inout ChaosTask) {
    switch random.below(20) {
    case 0..<8: task.steps = chain(length: random.number(in: 1...4))
    case 8..<12: task.steps = fan()
    case 12..<15: task.steps = waitingChain()
    case 15..<18: task.steps = familyFan(of: task.name, depth: 1)
    case 18:
      task.steps = chain(length: random.number(in: 3...5))
      task.budget = budget(for: task.steps.count)
    default:
      task.steps = chain(length: random.number(in: 1...3))
      task.runs = 2
    }
  }

  mutating func chain(length: Int) -> [ChaosStep] {
    var steps: [ChaosStep] = []
    for number in 0..<length { steps.append(step("s\(number)", needs: steps.last.map { [$0.id] } ?? [])) }
    return steps
  }

  /// One step, several that need it and run at the same time, one that needs them all.
  private mutating func fan() -> [ChaosStep] {
    let first = step("first", needs: [])
    let middle = (0..<random.number(in: 2...4)).map { "m\($0)" }
    var steps = [first]
    for id in middle { steps.append(step(id, needs: ["first"])) }
    steps.append(step("last", needs: middle))
    return steps
  }

  mutating func step(_ id: String, needs: [String]) -> ChaosStep {
    var step = ChaosStep(
      id: id, server: random.element(of: Self.servers), tool: random.element(of: [.apply, .apply, .look, .act]),
      needs: needs)
    if random.once(in: 3) { step.workMs = random.number(in: 1...30) }
    if random.once(in: 3) { step.lingerMs = random.number(in: 1...30) }
    if random.once(in: 20) { step.workMs = random.number(in: 100...300) }
    if random.once(in: 15) { step.resultBytes = random.number(in: 1000...120_000) }
    if random.once(in: 6) { step.refusals = random.number(in: 1...2) }
    // A tool that is not marked may have taken effect when its answer is lost: only some plans ask for another attempt.
    if step.tool != .act || step.refusals > 0 || random.once(in: 4) { step.attempts = random.number(in: 2...4) }
    if random.once(in: 10) { step.timeoutMs = random.number(in: 150...400) }
    if step.tool == .act, random.once(in: 2) { step.onUnknownOutcome = random.element(of: [.retry, .fail]) }
    return step
  }
}

/// A task of the workload causes about this many events.
private let eventsPerTask = 14
