import SCRProtocol

/// Writes an attempt's entries down, each before anything follows from it, with the events that tell of them.
struct AgentJournal: Sendable {
  let store: any TaskStore
  let hub: EventHub
  let clock: any RuntimeClock
  let brief: AgentBrief
  /// Gets what an operator should know.
  let notice: @Sendable (String) -> Void
  private(set) var count = 0
  private var entries: [AgentEntry] = []
  private var events: [EventDraft] = []
  private var changes: [StoreChange] = []
  private var preconditions: [StorePrecondition] = []

  init(
    store: any TaskStore, hub: EventHub, clock: any RuntimeClock, brief: AgentBrief,
    notice: @escaping @Sendable (String) -> Void
  ) {
    self.store = store
    self.hub = hub
    self.clock = clock
    self.brief = brief
    self.notice = notice
  }

  /// What an earlier life left of this attempt.
  /// - Throws: `StoreError`; `corrupt` for an entry that cannot be read.
  mutating func load() async throws -> [AgentEntry] {
    var found: [AgentEntry] = []
    while let document = try await store.document(.agentTurn, id(found.count + 1)) {
      guard let entry = AgentEntry(json: document.body) else {
        throw StoreError(.corrupt, "the journal of \(brief.attemptName) cannot be read at entry \(found.count + 1)")
      }
      found.append(entry)
    }
    count = found.count
    return found
  }

  // MARK: The next commit

  mutating func add(_ entry: AgentEntry) { entries.append(entry) }

  /// Becomes part of the commit; its time is the commit's.
  mutating func add(_ batch: StoreBatch) {
    preconditions += batch.preconditions
    changes += batch.changes
    events += batch.events
  }

  /// What a request to a model took becomes part of the commit that keeps its answer.
  mutating func account(_ turn: ModelTurn) {
    changes.append(.putDocument(turn.document(id: "\(brief.attemptName)/\(turn.turn)", of: brief.taskID)))
  }

  mutating func tell(_ kind: EventKind, _ data: JSONObject) {
    events.append(EventDraft(kind, taskID: brief.taskID, stepID: brief.stepID, data: .object(data)))
  }

  var isEmpty: Bool { entries.isEmpty && events.isEmpty && changes.isEmpty }

  /// Commits what was added; tried again while the disk does not let it.
  /// - Throws: `StoreError`, `CancellationError`. Nothing of it was written then, and what was added is forgotten.
  mutating func commit() async throws {
    guard !isEmpty else { return }
    let batch = takeBatch()
    var pause: Duration = .milliseconds(100)
    while true {
      do throws(StoreError) {
        hub.publish(try await store.commit(batch))
        return
      } catch {
        guard error.mayPass else { throw error }
        notice("the journal of \(brief.attemptName) could not be written and will be tried again: \(error)")
      }
      try await clock.sleep(for: pause)
      pause = min(pause * 2, .seconds(10))
    }
  }

  private mutating func takeBatch() -> StoreBatch {
    let now = clock.now()
    var batch = StoreBatch(
      at: now, preconditions: [.taskEpoch(brief.taskID, brief.epoch)] + preconditions, changes: changes,
      events: events)
    for entry in entries {
      count += 1
      batch.preconditions.append(.documentRevision(.agentTurn, id(count), nil))
      batch.changes.append(
        .putDocument(
          StoreDocument(
            .agentTurn, id: id(count), taskID: brief.taskID, isOpen: false, body: entry.json, now: now)))
    }
    (entries, events, changes, preconditions) = ([], [], [], [])
    return batch
  }

  private func id(_ number: Int) -> String { "\(brief.attemptName)/\(number)" }
}

extension AgentJournal {
  /// What the journals of a task's agents tell of all its life, whatever a crash kept from the task.
  struct Past: Sendable {
    var usage = Usage()
    /// The beginnings of the models' answers, in the order in which they were written.
    var answers: [ModelStart] = []
  }

  static func past(of id: TaskID, in store: any TaskStore) async throws(StoreError) -> Past {
    var past = Past()
    var cursor: String?
    repeat {
      let page = try await store.documents(DocumentQuery(.agentTurn, taskID: id, cursor: cursor, limit: 500))
      for document in page.documents {
        switch AgentEntry(json: document.body) {
        case .answered(let response):
          past.usage += response.usage.charge
          if let start = response.start { past.answers.append(start) }
        case .begun: past.usage += Usage(toolCalls: 1)
        default: break
        }
      }
      cursor = page.nextCursor
    } while cursor != nil
    return past
  }
}
