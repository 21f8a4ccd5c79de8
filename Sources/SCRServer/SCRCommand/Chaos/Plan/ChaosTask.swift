/// One task of the workload.
struct ChaosTask: Sendable, Hashable {
  /// Its title, by which it is known before anybody answered with its id.
  var name: String
  var steps: [ChaosStep]
  /// 1…5.
  var priority: Int
  var idempotencyKey: String?
  /// Submitted once this many events of the round have come.
  var submitAfterEvents = 0
  /// Submitted once more after everything, with the same key.
  var isSubmittedAgain = false
  /// Cancelled once this many events of the round have come.
  var cancelAfterEvents: Int?
  /// From its submission.
  var deadlineMs: Int?
  /// While a task with this key has not ended, another submission with it stands for the same task.
  var uniqueKey: String?
  /// Of the queue; nil is the usual one.
  var taskClass: String?
  /// The fairness key, and the weight that it gets.
  var key: String?
  var weight: Int?
  /// It may begin this long after the round did.
  var runAfterMs: Int?
  var budget: ChaosBudget?
  /// How often it may be run altogether before it is dead.
  var runs = 1
  /// Of a child: the task whose step it is.
  var parent: String?
  /// Submitted by a schedule, whenever that is due.
  var isTick = false

  /// Classes of the queue: one that is paused at times, one that is drained.
  static let bulk = "bulk"
  static let drained = "drained"
}

struct ChaosStep: Sendable, Hashable {
  enum Unknown: String, Sendable, Hashable { case retry, fail }

  indirect enum Kind: Sendable, Hashable {
    /// Of a tool.
    case call
    case wait(ChaosWait)
    case child(ChaosTask)
  }

  var id: String
  /// Of a call: who has the tool, and which it is.
  var server = ""
  var tool = ChaosTool.look
  var needs: [String] = []
  /// How long the tool works before its effect.
  var workMs = 0
  /// How long it keeps its answer back after its effect.
  var lingerMs = 0
  /// How often the tool refuses before it does anything.
  var refusals = 0
  var resultBytes = 0
  var attempts = 1
  var timeoutMs: Int?
  var onUnknownOutcome: Unknown?
  var kind = Kind.call
}

/// The tools of the chaos servers, by what the configuration says of them.
enum ChaosTool: String, Sendable, Hashable, CaseIterable {
  /// Marked idempotent: takes effect once per idempotency key and gives the same answer again.
  case apply
  /// Marked read-only.
  case look
  /// Not marked: takes effect at every call.
  case act
}

extension ChaosStep {
  var isCall: Bool { kind == .call }
  var wait: ChaosWait? { if case .wait(let wait) = kind { wait } else { nil } }
  var child: ChaosTask? { if case .child(let child) = kind { child } else { nil } }
  /// Whether its value is, or has, a serial number of a ledger.
  var givesSerial: Bool { wait == nil }
}

extension ChaosTask {
  /// What the ledger knows a step by.
  func token(_ step: ChaosStep) -> String { "\(name)/\(step.id)" }

  func step(_ id: String) -> ChaosStep? { steps.first { $0.id == id } }

  var children: [ChaosTask] { steps.compactMap(\.child) }
  /// It, and all below it.
  var family: [ChaosTask] { [self] + children.flatMap(\.family) }
  var eventSteps: [ChaosStep] { steps.filter { if case .event = $0.wait { true } else { false } } }
}
