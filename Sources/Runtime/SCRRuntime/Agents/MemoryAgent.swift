import SCRProtocol

/// Remembers what ended tasks came to and what they found, each once, away from the work itself.
///
/// The number of the last event it took in is kept in the commit that holds what it says, so after a crash it goes on where
/// it was. It wakes only for ends and findings; after each commit it rests, and what ends meanwhile becomes one commit.
struct MemoryAgent: Sendable {
  let store: any TaskStore
  let memory: any MemoryStore
  let hub: EventHub
  let clock: any RuntimeClock
  let rules: MemoryRules
  var written = Bell()
  /// Fires once everything is taken in that had happened before.
  var caughtUp = OneShot<Void>()

  private static let batchSize = 256
  /// Events that may gather while it writes and rests; beyond, it reads them from the store.
  private static let capacity = 4096
  private static let kinds: Set<EventKind> = [
    .taskCompleted, .taskFailed, .taskCancelled, .taskDead, .findingAdded,
  ]

  /// Runs until cancelled.
  /// - Throws: `StoreError`; its supervisor starts it again.
  func run(_ life: ChildContext? = nil) async throws {
    let subscription = hub.subscribe(kinds: Self.kinds, capacity: Self.capacity)
    defer { subscription.end() }
    var since = try await catchUp(from: beginning(), life)
    caughtUp.fire(())
    life?.idle()
    while let delivery = await subscription.next() {
      life?.progress()
      switch delivery {
      case .events(let events): since = try await remember(events.filter { $0.sequence > since }) ?? since
      case .lagged: since = try await catchUp(from: since, life)
      case .deltas: break
      }
      life?.idle()
      // Cancelled while it rests it has nothing left to do; the subscription says so.
      try? await clock.sleep(for: rules.gathering)
    }
  }

  /// A store that was restored from a backup gives numbers out again that were taken in before.
  private func beginning() async throws -> Int64 {
    let newest = try await store.lastSequence()
    return min(try await memory.mark(rules.mark) ?? 0, newest)
  }

  private func catchUp(from start: Int64, _ life: ChildContext?) async throws -> Int64 {
    var since = start
    while true {
      life?.progress()
      let events = try await store.events(since: since, taskID: nil, limit: Self.batchSize)
      guard let last = events.last else { return since }
      since = last.sequence
      _ = try await remember(events)
    }
  }

  /// One commit.
  /// - Returns: the number of the last event; nil where there are none.
  private func remember(_ events: [RuntimeEvent]) async throws -> Int64? {
    guard let last = events.last else { return nil }
    var rest = try await writes(of: events)[...]
    let now = clock.now()
    while rest.count > MemoryLimits.batch {
      _ = try await memory.commit(MemoryBatch(at: now, writes: Array(rest.prefix(MemoryLimits.batch))))
      rest = rest.dropFirst(MemoryLimits.batch)
    }
    _ = try await memory.commit(MemoryBatch(at: now, writes: Array(rest), marks: [rules.mark: last.sequence]))
    written.ring()
    return last.sequence
  }

  private func writes(of events: [RuntimeEvent]) async throws -> [MemoryWrite] {
    var seen: Set<TaskID> = []
    var ended: [TaskID] = []
    var writes: [MemoryWrite] = []
    for event in events {
      guard let id = event.taskID else { continue }
      if event.kind == .findingAdded {
        if let number = event.data["number"]?.integerValue, let write = try await finding(number, of: id) {
          writes.append(write)
        }
      } else if Self.kinds.contains(event.kind), seen.insert(id).inserted {
        ended.append(id)
      }
    }
    let tasks = try await store.tasks(ended).filter(\.state.isFinal)
    return writes + tasks.map { TaskMemory.write($0, rules, now: clock.now()) }
  }

  /// Nil where newer ones drove it out already.
  private func finding(_ number: Int64, of id: TaskID) async throws -> MemoryWrite? {
    guard let root = try await topmost(id),
      let document = try await store.document(.finding, FindingShelf.id(of: root.id, number)),
      let finding = Finding(json: document.body), finding.number == number
    else { return nil }
    return TaskMemory.write(finding, of: root, rules)
  }

  private func topmost(_ id: TaskID) async throws -> AgentTask? {
    var task = try await store.task(id)
    // Families are eight deep at most; a circle can only come from a damaged store.
    for _ in 0..<64 {
      guard let parent = task?.parent else { return task }
      task = try await store.task(parent.taskID)
    }
    return nil
  }
}
