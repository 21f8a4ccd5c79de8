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
    let registry = ToolRegistry(inlineTools: [], clock: clock)
    registry.add(source)
    return try await CognitiveRuntime(
      store: store, memory: memory, registry: registry, clock: clock, configuration: configuration, notice: notice)
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
  private let store = InMemoryMemoryStore()

  func put(_ record: MemoryRecord) async throws(StoreError) {
    try await store.put(record)
    puts.fire(record)
  }

  func get(kind: String, id: String) async throws(StoreError) -> MemoryRecord? {
    try await store.get(kind: kind, id: id)
  }

  func list(kind: String, limit: Int) async throws(StoreError) -> [MemoryRecord] {
    try await store.list(kind: kind, limit: limit)
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
