package import SCRRuntime

/// A store that asks before each commit, so that a test can let it fail.
package final class InterceptedTaskStore: TaskStore {
  private let base: any TaskStore
  private let before: @Sendable (StoreBatch) async throws(StoreError) -> Void
  private let after: @Sendable (StoreBatch) throws(StoreError) -> Void
  private let beforeLanes: @Sendable () async -> Void

  /// - Parameters:
  ///   - beforeCommit: throws what the commit shall throw; nothing is written then.
  ///   - beforeLanes: may hold up whoever looks for what is queued.
  package convenience init(
    _ base: any TaskStore, beforeCommit: @escaping @Sendable () throws(StoreError) -> Void = {},
    beforeLanes: @escaping @Sendable () async -> Void = {}
  ) {
    self.init(base, before: { _ throws(StoreError) in try beforeCommit() }, beforeLanes: beforeLanes)
  }

  /// - Parameters:
  ///   - before: throws what the commit shall throw; nothing is written then.
  ///   - after: throws what the commit shall throw although it was written.
  package init(
    _ base: any TaskStore, before: @escaping @Sendable (StoreBatch) async throws(StoreError) -> Void,
    after: @escaping @Sendable (StoreBatch) throws(StoreError) -> Void = { _ in },
    beforeLanes: @escaping @Sendable () async -> Void = {}
  ) {
    self.base = base
    self.before = before
    self.after = after
    self.beforeLanes = beforeLanes
  }

  /// - Parameter beforeBatch: as `beforeCommit`, with the batch; what it does is done before the batch is.
  package convenience init(
    _ base: any TaskStore, beforeBatch: @escaping @Sendable (StoreBatch) async throws(StoreError) -> Void
  ) {
    self.init(base, before: beforeBatch)
  }

  package var durability: StoreDurability { base.durability }
  package var writeLoss: OneShot<StoreError> { base.writeLoss }

  package func commit(_ batch: StoreBatch) async throws(StoreError) -> [RuntimeEvent] {
    try await before(batch)
    let events = try await base.commit(batch)
    try after(batch)
    return events
  }

  package func task(_ id: TaskID) async throws(StoreError) -> AgentTask? { try await base.task(id) }
  package func steps(of id: TaskID) async throws(StoreError) -> [StepRecord] { try await base.steps(of: id) }
  package func tasks(_ query: TaskQuery) async throws(StoreError) -> TaskPage { try await base.tasks(query) }
  package func events(since: Int64, taskID: TaskID?, limit: Int) async throws(StoreError) -> [RuntimeEvent] {
    try await base.events(since: since, taskID: taskID, limit: limit)
  }
  package func steps(of id: TaskID, named names: [String]) async throws(StoreError) -> [StepRecord] {
    try await base.steps(of: id, named: names)
  }
  package func task(withIdempotencyKey key: String) async throws(StoreError) -> (id: TaskID, digest: String?)? {
    try await base.task(withIdempotencyKey: key)
  }
  package func lanes(
    in workspaceRoot: String, after lane: QueueLane?, limit: Int
  ) async throws(StoreError) -> [LaneSummary] {
    await beforeLanes()
    return try await base.lanes(in: workspaceRoot, after: lane, limit: limit)
  }
  package func queueTotals(of state: TaskState) async throws(StoreError) -> [QueueTotal] {
    try await base.queueTotals(of: state)
  }
  package func claimable(_ query: ClaimQuery) async throws(StoreError) -> [QueuedTask] {
    try await base.claimable(query)
  }
  package func queuedBefore(
    _ number: Int64, in lane: QueueLane, of workspaceRoot: String
  ) async throws(StoreError) -> Int {
    try await base.queuedBefore(number, in: lane, of: workspaceRoot)
  }
  package func number(of id: TaskID) async throws(StoreError) -> Int64? { try await base.number(of: id) }
  package func nearestStart() async throws(StoreError) -> Timestamp? { try await base.nearestStart() }
  package func startable(at moment: Timestamp, limit: Int) async throws(StoreError) -> [AgentTask] {
    try await base.startable(at: moment, limit: limit)
  }
  package func ended(
    before moment: Timestamp, in states: Set<TaskState>, limit: Int
  ) async throws(StoreError) -> [TaskID] {
    try await base.ended(before: moment, in: states, limit: limit)
  }
  package func task(withUniqueKey key: String) async throws(StoreError) -> TaskID? {
    try await base.task(withUniqueKey: key)
  }
  package func document(_ kind: DocumentKind, _ id: String) async throws(StoreError) -> StoreDocument? {
    try await base.document(kind, id)
  }
  package func documents(_ query: DocumentQuery) async throws(StoreError) -> DocumentPage {
    try await base.documents(query)
  }
  package func nearestDue(_ kind: DocumentKind) async throws(StoreError) -> Timestamp? {
    try await base.nearestDue(kind)
  }
  package func firstSequence() async throws(StoreError) -> Int64 { try await base.firstSequence() }
  package func nearestDeadline() async throws(StoreError) -> Timestamp? { try await base.nearestDeadline() }
  package func overdue(at moment: Timestamp, limit: Int) async throws(StoreError) -> [AgentTask] {
    try await base.overdue(at: moment, limit: limit)
  }
  package func abandoned(by incarnation: Incarnation) async throws(StoreError) -> [AgentTask] {
    try await base.abandoned(by: incarnation)
  }
  package func unheeded(limit: Int) async throws(StoreError) -> [AgentTask] { try await base.unheeded(limit: limit) }
  package func counts() async throws(StoreError) -> [TaskState: Int] { try await base.counts() }
  package func lastSequence() async throws(StoreError) -> Int64 { try await base.lastSequence() }
  package func close() async { await base.close() }
}
