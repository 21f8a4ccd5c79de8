import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Synchronization
import Testing

/// A runtime over stores that outlive it, so that a test can end one life and begin another.
struct RuntimeFixture: Sendable {
  var store: any TaskStore
  let memory: WatchedMemoryStore
  let clock: ManualClock
  let source: FakeToolSource
  var inlineTools: [any InlineTool] = []
  var models = ModelRegistry.none
  /// Without grace at a stop: nobody moves the clock then.
  var configuration = RuntimeConfiguration(workspaceRoot: "/work space", shutdownGrace: .zero)

  init(_ source: FakeToolSource, clock: ManualClock = ManualClock()) {
    store = InMemoryTaskStore()
    memory = WatchedMemoryStore()
    self.clock = clock
    self.source = source
  }

  /// One life of the runtime: `body` runs beside it; then it is shut down.
  func live<Value: Sendable>(
    notice: @escaping @Sendable (String) -> Void = { _ in },
    _ body: @Sendable (CognitiveRuntime) async throws -> Value
  ) async throws -> Value {
    let runtime = try await make(notice: notice)
    let value = try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await runtime.run() }
      defer { runtime.shutDown() }
      return try await body(runtime)
    }
    try await EventRules.check(store)
    return value
  }

  func make(notice: @escaping @Sendable (String) -> Void = { _ in }) async throws -> CognitiveRuntime {
    let registry = ToolRegistry(inlineTools: inlineTools, clock: clock)
    registry.add(source)
    return try await CognitiveRuntime(
      store: store, memory: memory, registry: registry, models: models, clock: clock,
      configuration: configuration, notice: notice)
  }
}

extension CognitiveRuntime {
  /// Submits a plan and gives the task once it has ended.
  func complete(_ plan: JSONValue, inputs: JSONObject = [:]) async throws -> TaskSnapshot {
    let submitted = try await submit(TaskSubmission(plan: plan, inputs: inputs))
    return try #require(try await wait(for: submitted.id, timeout: nil))
  }
}

extension TaskSnapshot {
  /// State and attempts of each step, in the order of their first write.
  var outline: [String] { steps.map { "\($0.stepID) \($0.state) \($0.attempt)" } }
}

extension EventSubscription {
  /// Reads until an event of this kind comes.
  func awaitKind(_ kind: EventKind) async {
    while let delivery = await next() {
      if case .events(let events) = delivery, events.contains(where: { $0.kind == kind }) { return }
    }
  }
}

/// Tells of every record that it gets.
final class WatchedMemoryStore: MemoryStore {
  let puts = Signal<MemoryRecord>()
  /// Fires after the records of the batch.
  let batches = Signal<MemoryBatch>()
  let marksRead = Signal<String>()
  private let store = InMemoryMemoryStore()

  func commit(_ batch: MemoryBatch) async throws(StoreError) -> MemoryCommit {
    let commit = try await store.commit(batch)
    for record in commit.records { puts.fire(record) }
    batches.fire(batch)
    return commit
  }

  func record(_ reference: MemoryReference, now: Timestamp) async throws(StoreError) -> MemoryRecord? {
    try await store.record(reference, now: now)
  }

  func find(_ query: MemoryQuery) async throws(StoreError) -> MemoryPage { try await store.find(query) }

  func mark(_ name: String) async throws(StoreError) -> Int64? {
    defer { marksRead.fire(name) }
    return try await store.mark(name)
  }

  func usage() async throws(StoreError) -> [MemoryUsage] { try await store.usage() }

  func withoutVector(of model: String, limit: Int) async throws(StoreError) -> [MemoryRecord] {
    try await store.withoutVector(of: model, limit: limit)
  }

  func put(_ vectors: [MemoryVectorWrite]) async throws(StoreError) { try await store.put(vectors) }

  func verify(repairing: Bool) async throws(StoreError) -> MemoryReport {
    try await store.verify(repairing: repairing)
  }

  func close() async { await store.close() }
}

final class Counter: Sendable {
  private let count = Mutex(0)

  /// 1, 2, 3…
  func next() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }
}
