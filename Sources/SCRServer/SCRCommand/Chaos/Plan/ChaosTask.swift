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
}

struct ChaosStep: Sendable, Hashable {
  enum Unknown: String, Sendable, Hashable { case retry, fail }

  var id: String
  var server: String
  var tool: ChaosTool
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

extension ChaosTask {
  /// What the ledger knows a step by.
  func token(_ step: ChaosStep) -> String { "\(name)/\(step.id)" }
}
