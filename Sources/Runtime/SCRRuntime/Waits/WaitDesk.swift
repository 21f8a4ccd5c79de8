import SCRProtocol
import Synchronization

/// Where waits are answered: closes them in the store, and wakes their tasks.
///
/// A task that has a runner is told through memory; should that be lost, the runner cannot put the task to rest before it has
/// looked again. One that rests goes back into the queue in the commit that holds the answer.
final class WaitDesk: Sendable {
  let store: any TaskStore
  let hub: EventHub
  let clock: any RuntimeClock
  private let queueRoom: QueueRoom
  private let state = Mutex(State())

  private struct State {
    var runners: [TaskID: Runner] = [:]
    var onQueued: @Sendable (AgentTask, Bool) -> Void = { _, _ in }
    var onDue: @Sendable () -> Void = {}
    /// A kept event could not be delivered, since the store failed: somebody has to look again.
    var owesEvents = false
  }

  private struct Runner {
    let bell: Bell
    /// Other plans for its task.
    var revisions: [RevisionRequest] = []
  }

  /// Revisions that may wait for one runner.
  private static let mostRevisions = 16

  init(store: any TaskStore, hub: EventHub, clock: any RuntimeClock, queueRoom: QueueRoom) {
    self.store = store
    self.hub = hub
    self.clock = clock
    self.queueRoom = queueRoom
  }

  /// Calls `body` whenever a task has come into the queue, with whether it was never there before.
  func onQueued(_ body: @escaping @Sendable (AgentTask, Bool) -> Void) { state.withLock { $0.onQueued = body } }

  /// Calls `body` whenever there is a new wait with an end.
  func onDue(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.onDue = body } }

  // MARK: Runners

  /// Rings when a wait of the task has ended, until ``forget(_:)``. Several endings may come as one.
  func listen(for id: TaskID) -> Bell {
    let bell = Bell()
    state.withLock { $0.runners[id] = Runner(bell: bell) }
    return bell
  }

  func forget(_ id: TaskID) {
    let runner = state.withLock { $0.runners.removeValue(forKey: id) }
    for request in runner?.revisions ?? [] { request.answer.fire(.lookAgain) }
  }

  /// Gives a runner another plan for its task.
  /// - Returns: false if the task has no runner, or one that has enough to do.
  func revise(_ id: TaskID, _ request: RevisionRequest) -> Bool {
    let bell = state.withLock { state -> Bell? in
      guard let count = state.runners[id]?.revisions.count, count < Self.mostRevisions else { return nil }
      state.runners[id]?.revisions.append(request)
      return state.runners[id]?.bell
    }
    bell?.ring()
    return bell != nil
  }

  func nextRevision(of id: TaskID) -> RevisionRequest? {
    state.withLock { state in
      guard state.runners[id]?.revisions.isEmpty == false else { return nil }
      return state.runners[id]?.revisions.removeFirst()
    }
  }

  /// A runner has committed these waits, and the child tasks that some of them wait for.
  func opened(_ waits: [Wait], _ children: [AgentTask]) async {
    if waits.contains(where: { $0.dueAt != nil }) { state.withLock(\.onDue)() }
    for child in children { queued(child, isNew: true) }
    if let wait = waits.first(where: { $0.kind == .event }) { await deliverOrOwe(to: wait.taskID) }
  }

  /// The waits of a task, oldest first, with the children that the ended ones waited for.
  ///
  /// - Parameter steps: only these steps' children are looked up.
  func news(of id: TaskID, childrenFor steps: Set<String>) async throws(StoreError) -> [WaitNews] {
    var news: [WaitNews] = []
    for wait in try await store.waits(of: id) {
      let isWanted = !wait.isOpen && wait.kind == .child && wait.stepID.map(steps.contains) ?? false
      if isWanted, let child = wait.childID {
        news.append(WaitNews(wait, child: try await store.task(child)))
      } else {
        news.append(WaitNews(wait))
      }
    }
    return news
  }

  func wait(_ id: String) async throws(StoreError) -> Wait? { try await store.document(.wait, id).flatMap { Wait($0) } }

  // MARK: Endings

  /// Closes an open wait and wakes its task.
  ///
  /// - Parameters:
  ///   - preconditions: besides those for the wait and its task.
  ///   - changes: what changes with it.
  /// - Returns: false if it was closed, or its task moved, in the same moment: look again.
  func close(
    _ wait: Wait, with answer: WaitAnswer, preconditions: [StorePrecondition] = [], changes: [StoreChange] = []
  ) async throws(StoreError) -> Bool {
    let now = clock.now()
    var closed = wait
    closed.answer = answer
    var batch = StoreBatch(
      at: now, preconditions: [.documentRevision(.wait, wait.id, wait.revision)] + preconditions,
      changes: [.putDocument(closed.document)] + changes)
    if wait.kind.isQuestion {
      batch.events.append(
        EventDraft(.approvalAnswered, taskID: wait.taskID, stepID: wait.stepID, data: closed.json))
    }
    let task = try await store.task(wait.taskID)
    if let task { batch.preconditions.append(.taskState(task.id, oneOf: [task.state])) }
    let resting = task?.state == .waiting ? task : nil
    if let resting { Self.queue(resting, &batch) }
    do throws(StoreError) { hub.publish(try await store.commit(batch)) } catch {
      guard error.code == .preconditionFailed else { throw error }
      return false
    }
    if let resting {
      queued(resting, isNew: false)
    } else {
      state.withLock { $0.runners[wait.taskID]?.bell }?.ring()
    }
    return true
  }

  private func queued(_ task: AgentTask, isNew: Bool) {
    queueRoom.takeBack(task)
    state.withLock(\.onQueued)(task, isNew)
  }

  private static func queue(_ waiting: AgentTask, _ batch: inout StoreBatch) {
    var task = waiting
    task.state = .queued
    task.reason = nil
    task.updatedAt = batch.at
    batch.preconditions.append(.taskEpoch(task.id, task.epoch))
    batch.changes.append(.updateTask(task))
    batch.events.append(EventDraft(.taskQueued, taskID: task.id, data: ["resumed": true]))
  }

  // MARK: Events

  /// The same as ``deliver(to:)``; what the store does not let happen now, the watch makes good.
  func deliverOrOwe(to id: TaskID) async {
    do throws(StoreError) { try await deliver(to: id) } catch { oweEvents() }
  }

  func oweEvents() {
    state.withLock { state in
      state.owesEvents = true
      return state.onDue
    }()
  }

  /// Whether kept events have to be looked through; whoever is told so does it, or says ``oweEvents()``.
  func takeDebt() -> Bool {
    state.withLock { state in
      defer { state.owesEvents = false }
      return state.owesEvents
    }
  }

  /// Gives a task the events that it keeps and waits for.
  func deliver(to id: TaskID) async throws(StoreError) {
    while true {
      var mailbox = try await mailbox(of: id)
      guard !mailbox.letters.isEmpty else { return }
      let waits = try await store.waits(of: id, isOpen: true).filter { $0.kind == .event }
      guard let (wait, letter) = Self.match(waits, &mailbox) else { return }
      _ = try await close(
        wait, with: WaitAnswer(value: letter.payload, by: letter.by, at: clock.now()),
        preconditions: [.documentRevision(Mailbox.kind, id.text, mailbox.revision)],
        changes: [.putDocument(mailbox.document(now: clock.now()))])
    }
  }

  private static func match(_ waits: [Wait], _ mailbox: inout Mailbox) -> (Wait, Mailbox.Letter)? {
    for wait in waits {
      if let event = wait.event, let letter = mailbox.take(for: event) { return (wait, letter) }
    }
    return nil
  }

  func mailbox(of id: TaskID) async throws(StoreError) -> Mailbox {
    Mailbox(taskID: id, try await store.document(Mailbox.kind, id.text))
  }
}

extension TaskStore {
  /// The waits of a task, oldest first.
  func waits(of id: TaskID, isOpen: Bool? = nil) async throws(StoreError) -> [Wait] {
    var query = DocumentQuery(.wait, taskID: id, isOpen: isOpen, limit: 500)
    var waits: [Wait] = []
    repeat {
      let page = try await documents(query)
      waits += page.documents.compactMap { Wait($0) }
      query.cursor = page.nextCursor
    } while query.cursor != nil
    return waits
  }
}
