import SCRProtocol

/// A question that a task asked, and what became of it.
struct ChaosQuestion: Sendable, Hashable {
  var id: String
  var taskName: String
  /// Nil where the whole task asks.
  var stepID: String?
  /// As the runtime names it: `approval`, `budget`, `unknown_outcome`, …
  var kind: String
  /// The events that told of it, and of its answer.
  var asked: [ChaosEvent] = []
  var answered: [ChaosEvent] = []
  /// What those who answered were told.
  var replies: [Reply] = []
  /// Somebody is about to answer it.
  var isTaken = false

  struct Reply: Sendable, Hashable {
    enum Outcome: Sendable, Hashable {
      /// The answer counts. With whom the runtime names as the one who gave it.
      case won(by: String?)
      /// Another one was first, or there is nothing to answer any more.
      case refused(String)
    }

    var side: String
    var decision: String
    var outcome: Outcome
  }

  /// Who was first, by the event of the answer.
  var winner: String? { answered.first?.answer?["by"]?.stringValue }
  var decision: String? { answered.first?.answer?["decision"]?.stringValue }

  var evidence: [String] {
    asked.map(\.text) + answered.map(\.text)
      + replies.map { reply in
        switch reply.outcome {
        case .won(let name): "\(reply.side) said \(reply.decision), and was told that \(name ?? "nobody") answered"
        case .refused(let words): "\(reply.side) said \(reply.decision), and was refused: \(words)"
        }
      }
  }
}

/// An event that was sent to a task.
struct ChaosLetter: Sendable, Hashable {
  /// Unique.
  var text: String
  /// The waits that it ended, and whether it was kept, once that was answered; nil where no answer came.
  var receipt: Receipt?

  struct Receipt: Sendable, Hashable {
    var delivered: [String]
    var isKept: Bool
  }
}

/// A pause or a drain, by the clock of whoever asked for it.
struct ChaosHold: Sendable, Hashable {
  var kind: PlannedHold.Kind
  /// Nil is the whole queue.
  var taskClass: String?
  /// When it was answered that it holds, in milliseconds since 1970.
  var from: Int64
  /// When its end was asked for; nil while it holds.
  var until: Int64?
  /// Of a drain: the tasks that it was answered to have taken out.
  var drained: [String] = []

  func covers(_ taskClass: String?) -> Bool { self.taskClass == nil || self.taskClass == taskClass }
}

/// What a schedule did so far.
struct TickBook: Sendable, Hashable {
  var schedule: ChaosSchedule
  /// Its first tick, in milliseconds since 1970.
  var first: Int64
  /// The events that told of its tasks, in their order.
  var submitted: [ChaosEvent] = []
  /// What the runtime says of it.
  private(set) var report: Report?
  /// Ticks that it ran since it said so before.
  private(set) var newRuns = 0

  mutating func reported(_ report: Report) {
    newRuns = report.runs - (self.report?.runs ?? 0)
    self.report = report
  }

  struct Report: Sendable, Hashable {
    var runs: Int
    var skipped: Int
    var lastAt: Int64
    var lastTaskID: String
  }
}
