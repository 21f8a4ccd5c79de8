/// What a step of the workload waits for, and what is done about it.
enum ChaosWait: Sendable, Hashable {
  /// Somebody decides, or, where there is a time-out, the time does.
  case approval(ChaosAnswer, timeoutMs: Int?)
  /// An event of ``eventName`` with the task's name as its key, which is sent so long after the task is known.
  case event(delayMs: Int)
  case time(milliseconds: Int)

  static let eventName = "news"
}

/// How a question is answered.
struct ChaosAnswer: Sendable, Hashable {
  var isApproval = true
  /// From two sides at once, which do not agree.
  var isDoubled = false
  /// From when it was asked.
  var delayMs = 0

  /// What each side says.
  var sides: [(name: String, decision: String)] {
    let first = ("left", isApproval ? "approve" : "reject")
    return isDoubled ? [first, ("right", isApproval ? "reject" : "approve")] : [first]
  }
}

/// A budget that the task needs more than, and what is said when it asks.
struct ChaosBudget: Sendable, Hashable {
  enum Limit: Sendable, Hashable {
    case toolCalls(Int)
    case wallMs(Int)
  }

  var limit: Limit
  /// It gets much more, once; otherwise it is to fail.
  var isExtended = true
}
