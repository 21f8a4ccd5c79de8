import SCRProtocol
import Synchronization

/// The store of `--state :memory:`. Everything in it ends with the process.
package final class InMemoryTaskStore: TaskStore {
  private let state: Mutex<InMemoryTasks?>

  /// - Parameters:
  ///   - maximumTasks: once it holds so many, further tasks are refused with `.diskFull`.
  ///   - maximumEvents: the newest that are sure to be kept; older ones are forgotten, a tenth of them at a time.
  package init(maximumTasks: Int = 100_000, maximumEvents: Int = 100_000) {
    state = Mutex(InMemoryTasks(maximumTasks: maximumTasks, maximumEvents: maximumEvents))
  }

  package var durability: StoreDurability { .ephemeral }

  package func commit(_ batch: StoreBatch) async throws(StoreError) -> [RuntimeEvent] {
    try state.withLock { state throws(StoreError) in
      guard let events = try state?.commit(batch) else { throw StoreError.storeClosed }
      return events
    }
  }

  package func task(_ id: TaskID) async throws(StoreError) -> AgentTask? {
    try read { state throws(StoreError) in state.task(id) }
  }

  package func steps(of id: TaskID) async throws(StoreError) -> [StepRecord] {
    try read { state throws(StoreError) in state.steps(of: id) }
  }

  package func steps(of id: TaskID, named names: [String]) async throws(StoreError) -> [StepRecord] {
    try read { state throws(StoreError) in
      let records = state.steps(of: id)
      return names.compactMap { name in records.first { $0.stepID == name } }
    }
  }

  package func task(withIdempotencyKey key: String) async throws(StoreError) -> (id: TaskID, digest: String?)? {
    try read { state throws(StoreError) in state.owner(of: key).map { ($0.id, $0.submissionDigest) } }
  }

  package func tasks(_ query: TaskQuery) async throws(StoreError) -> TaskPage {
    try read { state throws(StoreError) in try state.page(query) }
  }

  package func events(since: Int64, taskID: TaskID?, limit: Int) async throws(StoreError) -> [RuntimeEvent] {
    try read { state throws(StoreError) in state.events.events(since: since, taskID: taskID, limit: limit) }
  }

  package func lanes(
    in workspaceRoot: String, after lane: QueueLane?, limit: Int
  ) async throws(StoreError) -> [LaneSummary] {
    try read { state throws(StoreError) in state.lanes(in: workspaceRoot, after: lane, limit: limit) }
  }

  package func queueTotals(of wanted: TaskState) async throws(StoreError) -> [QueueTotal] {
    try read { state throws(StoreError) in state.queueTotals(of: wanted) }
  }

  package func claimable(_ query: ClaimQuery) async throws(StoreError) -> [QueuedTask] {
    try read { state throws(StoreError) in state.claimable(query) }
  }

  package func queuedBefore(
    _ number: Int64, in lane: QueueLane, of workspaceRoot: String
  ) async throws(StoreError) -> Int {
    try read { state throws(StoreError) in state.queuedBefore(number, in: lane, of: workspaceRoot) }
  }

  package func number(of id: TaskID) async throws(StoreError) -> Int64? {
    try read { state throws(StoreError) in state.numbers[id] }
  }

  package func nearestStart() async throws(StoreError) -> Timestamp? {
    try read { state throws(StoreError) in state.nearestStart }
  }

  package func startable(at moment: Timestamp, limit: Int) async throws(StoreError) -> [AgentTask] {
    try read { state throws(StoreError) in state.startable(at: moment, limit: limit) }
  }

  package func ended(
    before moment: Timestamp, in states: Set<TaskState>, limit: Int
  ) async throws(StoreError) -> [TaskID] {
    try read { state throws(StoreError) in state.ended(before: moment, in: states, limit: limit) }
  }

  package func task(withUniqueKey key: String) async throws(StoreError) -> TaskID? {
    try read { state throws(StoreError) in state.uniques[key] }
  }

  package func document(_ kind: DocumentKind, _ id: String) async throws(StoreError) -> StoreDocument? {
    try read { state throws(StoreError) in
      state.documents[InMemoryDocuments.Key(kind: kind, id: id)]?.document
    }
  }

  package func documents(_ query: DocumentQuery) async throws(StoreError) -> DocumentPage {
    try read { state throws(StoreError) in try state.documents.page(query) }
  }

  package func nearestDue(_ kind: DocumentKind) async throws(StoreError) -> Timestamp? {
    try read { state throws(StoreError) in state.documents.nearestDue(kind) }
  }

  package func nearestDeadline() async throws(StoreError) -> Timestamp? {
    try read { state throws(StoreError) in state.nearestDeadline }
  }

  package func overdue(at moment: Timestamp, limit: Int) async throws(StoreError) -> [AgentTask] {
    try read { state throws(StoreError) in state.overdue(at: moment, limit: limit) }
  }

  package func abandoned(by incarnation: Incarnation) async throws(StoreError) -> [AgentTask] {
    try read { state throws(StoreError) in state.abandoned(by: incarnation) }
  }

  package func unheeded(limit: Int) async throws(StoreError) -> [AgentTask] {
    try read { state throws(StoreError) in state.unheeded(limit: limit) }
  }

  package func counts() async throws(StoreError) -> [TaskState: Int] {
    try read { state throws(StoreError) in state.counts }
  }

  package func lastSequence() async throws(StoreError) -> Int64 {
    try read { state throws(StoreError) in state.events.lastSequence }
  }

  package func firstSequence() async throws(StoreError) -> Int64 {
    try read { state throws(StoreError) in state.events.firstSequence }
  }

  package func close() async { state.withLock { $0 = nil } }

  private func read<Value: Sendable>(
    _ body: (InMemoryTasks) throws(StoreError) -> Value
  ) throws(StoreError) -> Value {
    try state.withLock { state throws(StoreError) in
      guard let state else { throw StoreError.storeClosed }
      return try body(state)
    }
  }
}
