package import MCPServer
package import SCRProtocol
import Synchronization

/// Tasks in memory; they live as long as the server.
package final class EverythingTasks: MCPTaskProvider {
  private struct Entry {
    var task: MCPTask
    var work: Task<Void, Never>?
    var answers: [String: JSONValue] = [:]
    var waiter: CheckedContinuation<[String: JSONValue], any Error>?
  }

  private struct State {
    var entries: [String: Entry] = [:]
    /// Newest first.
    var order: [String] = []
  }

  private let state = Mutex(State())
  private let changes = Observers<MCPTask>()
  private let pause: EverythingServer.Pause

  init(pause: @escaping EverythingServer.Pause) { self.pause = pause }

  private static let moment = "2026-07-28T00:00:00Z"

  func start(_ job: Job, ttlMs: Int?) -> MCPTask {
    var generator = SystemRandomNumberGenerator()
    let id =
      "task-" + String(UInt64.random(in: 0...UInt64.max, using: &generator), radix: 16)
      + String(UInt64.random(in: 0...UInt64.max, using: &generator), radix: 16)
    let task = MCPTask(
      id: id, status: .working, createdAt: Self.moment, lastUpdatedAt: Self.moment, ttlMs: ttlMs,
      pollIntervalMs: 50)
    state.withLock { state in
      state.entries[id] = Entry(task: task)
      state.order.insert(id, at: 0)
      state.entries[id]?.work = Task { await self.run(id, job) }
    }
    return task
  }

  private func run(_ id: String, _ job: Job) async {
    do {
      let result = try await job.run(pause: pause) { try await self.ask(id, $0) }
      var writer = JSONWriter()
      result.write(to: &writer, revision: .november2025)
      let members = (try? JSONParser.parse(writer.bytes))?.objectValue
      change(id) { ($0.status, $0.result) = (.completed, members) }
    } catch is CancellationError { change(id) { $0.status = .cancelled } } catch {
      change(id) { ($0.status, $0.error) = (.failed, error as? RPCError) }
    }
  }

  private func ask(_ id: String, _ requests: [String: InputRequest]) async throws -> [String: JSONValue] {
    try await withCheckedThrowingContinuation { continuation in
      state.withLock { $0.entries[id]?.waiter = continuation }
      change(id) { ($0.status, $0.inputRequests) = (.inputRequired, requests) }
    }
  }

  private func change(_ id: String, _ body: (inout MCPTask) -> Void) {
    let task: MCPTask? = state.withLock { state in
      guard var task = state.entries[id]?.task, !task.status.isFinal else { return nil }
      body(&task)
      if task.status != .inputRequired { task.inputRequests = [:] }
      state.entries[id]?.task = task
      return task
    }
    if let task { changes.tell(task) }
  }

  // MARK: Provider

  package func get(_ id: String) async throws -> MCPTask? { state.withLock { $0.entries[id]?.task } }

  package func update(_ id: String, _ inputResponses: [String: JSONValue]) async throws -> Bool {
    let (isThere, ready) = state.withLock { state -> (Bool, (() -> Void)?) in
      guard var entry = state.entries[id] else { return (false, nil) }
      for (key, request) in entry.task.inputRequests {
        guard let answer = inputResponses[key], request.accepts(answer) else { continue }
        entry.answers[key] = answer
        entry.task.inputRequests[key] = nil
      }
      let waiter = entry.waiter
      let answers = entry.answers
      let isComplete = entry.task.inputRequests.isEmpty && waiter != nil
      if isComplete { (entry.waiter, entry.task.status) = (nil, .working) }
      state.entries[id] = entry
      return (true, isComplete ? { waiter?.resume(returning: answers) } : nil)
    }
    ready?()
    return isThere
  }

  package func cancel(_ id: String) async throws -> MCPTask? {
    change(id) { $0.status = .cancelled }
    let entry = state.withLock { state in
      defer { state.entries[id]?.waiter = nil }
      return state.entries[id]
    }
    entry?.work?.cancel()
    entry?.waiter?.resume(throwing: CancellationError())
    return entry?.task
  }

  package func tasks(_ page: PageRequest) async throws -> ProviderPage<MCPTask> {
    let all = state.withLock { state in state.order.compactMap { state.entries[$0]?.task } }
    return ProviderPage(of: all, key: \.id, page)
  }

  package func observe(
    _ id: String, _ onChange: @escaping @Sendable (MCPTask) -> Void
  ) async -> (any AnyObject & Sendable)? {
    guard state.withLock({ $0.entries[id] != nil }) else { return nil }
    return changes.add { if $0.id == id { onChange($0) } }
  }
}
