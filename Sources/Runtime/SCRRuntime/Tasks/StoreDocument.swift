package import SCRProtocol

/// Something durable beside tasks, steps and events: a question that waits for its answer, a schedule, the state of a
/// queue, a finding. Typed values with their own codecs stand over it, so that a new kind needs no new table.
package struct StoreDocument: Sendable, Hashable {
  package var kind: DocumentKind
  /// Unique in its kind.
  package var id: String
  /// The task that it belongs to and is pruned with.
  package var taskID: TaskID?
  /// Whether something is still to happen with it; what is closed is history.
  package var isOpen: Bool
  /// When something is to happen without anybody asking.
  package var dueAt: Timestamp?
  /// Counts writes, 1 at the first; given by the store.
  package var revision: Int64
  /// Given by the store at the first write.
  package var createdAt: Timestamp
  package var updatedAt: Timestamp
  package var body: JSONValue

  /// - Parameter now: replaced by the batch's time when it is written.
  package init(
    _ kind: DocumentKind, id: String, taskID: TaskID? = nil, isOpen: Bool = true, dueAt: Timestamp? = nil,
    body: JSONValue, now: Timestamp
  ) {
    self.kind = kind
    self.id = id
    self.taskID = taskID
    self.isOpen = isOpen
    self.dueAt = dueAt
    self.body = body
    revision = 0
    createdAt = now
    updatedAt = now
  }
}

/// Open, since each room adds its own.
package struct DocumentKind: Sendable, Hashable, RawRepresentable {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }

  /// A step or task that waits: for an approval, an input, an event, a moment, a child.
  package static let wait = DocumentKind(rawValue: "wait")
  package static let schedule = DocumentKind(rawValue: "schedule")
  /// Pauses, limits and weights of the queue.
  package static let queueControl = DocumentKind(rawValue: "queue.control")
  package static let finding = DocumentKind(rawValue: "finding")
  /// Numbers the findings of a family of tasks.
  package static let findingShelf = DocumentKind(rawValue: "finding.shelf")
  /// The newest calls of a task whose plan was revised under way (``LoopDetector``).
  package static let loop = DocumentKind(rawValue: "loop")
  /// What was seen when an agent died or got stuck.
  package static let incident = DocumentKind(rawValue: "incident")
  /// One entry of the journal of an agent's attempt (``AgentEntry``).
  package static let agentTurn = DocumentKind(rawValue: "agent.turn")
  /// The tools and rules that agents of a task had (``DeskRecord``).
  package static let agentDesk = DocumentKind(rawValue: "agent.desk")
  /// What somebody said to the agents of a task; open until one of them has heard it.
  package static let steer = DocumentKind(rawValue: "agent.steer")
  /// One request to a model for a task, and what it took (``ModelTurn``).
  package static let modelTurn = DocumentKind(rawValue: "model.turn")
  /// What a day's requests to one model took, as far as no ``modelTurn`` tells it (``ModelDays``).
  package static let modelDay = DocumentKind(rawValue: "model.day")
  /// A task that a tool server made of a step's call (``RemoteTaskRecord``); gone with the call's outcome.
  package static let remoteTask = DocumentKind(rawValue: "remote.task")
  /// The owner's agents, for those who look at the store beside it.
  package static let agents = DocumentKind(rawValue: "agents")
}

/// Which documents of one kind to read.
package struct DocumentQuery: Sendable, Hashable {
  package enum Order: Sendable, Hashable {
    /// By first write. Pages go on after ``DocumentPage/nextCursor``.
    case oldestFirst, newestFirst
    /// By ``StoreDocument/dueAt``; only those that have one, and always from the beginning.
    case dueFirst
  }

  package var kind: DocumentKind
  package var taskID: TaskID?
  package var isOpen: Bool?
  /// Only those whose time has come by then.
  package var dueBy: Timestamp?
  package var order: Order
  package var cursor: String?
  /// 1…500.
  package var limit: Int

  package init(
    _ kind: DocumentKind, taskID: TaskID? = nil, isOpen: Bool? = nil, dueBy: Timestamp? = nil,
    order: Order = .oldestFirst, cursor: String? = nil, limit: Int = 100
  ) {
    self.kind = kind
    self.taskID = taskID
    self.isOpen = isOpen
    self.dueBy = dueBy
    self.order = order
    self.cursor = cursor
    self.limit = limit
  }

  package var pageSize: Int { min(max(limit, TaskQuery.limits.lowerBound), TaskQuery.limits.upperBound) }
}

package struct DocumentPage: Sendable, Hashable {
  package var documents: [StoreDocument]
  package var nextCursor: String?
  /// Ids of documents that belong to this page but cannot be read.
  package var damaged: [String]

  package init(documents: [StoreDocument] = [], nextCursor: String? = nil, damaged: [String] = []) {
    self.documents = documents
    self.nextCursor = nextCursor
    self.damaged = damaged
  }
}
