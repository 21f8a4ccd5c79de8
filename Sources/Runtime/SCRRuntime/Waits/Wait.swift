package import SCRProtocol

/// Something that a task waits for: a question to somebody, an event, a moment, a child task. It lies in the store until it
/// is answered; the first answer counts.
package struct Wait: Sendable, Hashable {
  /// Opaque, with 128 random bits.
  package var id: String
  package var taskID: TaskID
  /// Nil where the whole task waits: for a budget, or for a word about a loop.
  package var stepID: String?
  package var kind: WaitKind
  /// What is asked, for a person.
  package var question: String?
  /// The decisions that an answer may have; empty where it has none.
  package var options: [String]
  /// JSON Schema of the answer's value.
  package var schema: JSONValue?
  package var event: EventName?
  package var childID: TaskID?
  /// When it ends without an answer.
  package var dueAt: Timestamp?
  package var onTimeout: WaitTimeoutPolicy
  package var requestedAt: Timestamp
  package var answer: WaitAnswer?
  /// An answer about the whole task has been taken in.
  package var isApplied = false
  /// Of its document; 0 before the first write.
  package var revision: Int64

  package init(
    id: String, taskID: TaskID, stepID: String? = nil, kind: WaitKind, question: String? = nil, options: [String] = [],
    schema: JSONValue? = nil, event: EventName? = nil, childID: TaskID? = nil, dueAt: Timestamp? = nil,
    onTimeout: WaitTimeoutPolicy = .fail, requestedAt: Timestamp, answer: WaitAnswer? = nil, revision: Int64 = 0
  ) {
    self.id = id
    self.taskID = taskID
    self.stepID = stepID
    self.kind = kind
    self.question = question
    self.options = options
    self.schema = schema
    self.event = event
    self.childID = childID
    self.dueAt = dueAt
    self.onTimeout = onTimeout
    self.requestedAt = requestedAt
    self.answer = answer
    self.revision = revision
  }

  package var isOpen: Bool { answer == nil }

  /// The id of the wait of a child task's parent.
  static func id(forChild id: TaskID) -> String { "wait_" + (id.text.split(separator: "_").last ?? "") }
}

package enum WaitKind: String, Sendable, Hashable, CaseIterable {
  case approval, input, event, time, child
  /// A crash left it unknown whether a call took effect.
  case unknownOutcome = "unknown_outcome"
  /// The task has used up what it may.
  case budget
  /// The task repeats itself without getting on.
  case loop

  /// Whether a client may answer it; the others end by themselves.
  package var isQuestion: Bool {
    switch self {
    case .approval, .input, .unknownOutcome, .budget, .loop: true
    case .event, .time, .child: false
    }
  }
}

/// What events are told apart by.
package struct EventName: Sendable, Hashable {
  package var name: String
  package var key: String?

  package init(_ name: String, key: String? = nil) {
    self.name = name
    self.key = key
  }

  /// Whether an event of that name is what `self` waits for. Without a key any will do.
  package func accepts(_ event: EventName) -> Bool { name == event.name && (key == nil || key == event.key) }
}

/// How a wait ended.
package struct WaitAnswer: Sendable, Hashable {
  /// One of the wait's options, or one of ours below.
  package var decision: String?
  package var value: JSONValue?
  /// Who answered: the name that a client gave itself, or one of ours below.
  package var by: String
  package var at: Timestamp

  package init(decision: String? = nil, value: JSONValue? = nil, by: String, at: Timestamp) {
    self.decision = decision
    self.value = value
    self.by = by
    self.at = at
  }

  static let approve = "approve"
  static let reject = "reject"
  static let retry = "retry"
  static let completed = "completed"
  static let fail = "fail"
  static let extend = "extend"
  static let goOn = "continue"
  /// Nobody answered in time.
  static let timedOut = "timed_out"
  /// The child task has ended.
  static let ended = "ended"
  /// The task ended first.
  static let void = "void"
}
