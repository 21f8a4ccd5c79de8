import SCRProtocol
package import SCRRuntime

/// Who may become a task when several submit at once; for every store alike.
package enum SubmissionConformance {
  package typealias Check = ConformanceCheck<any TaskStore>

  private static let plan: JSONValue = ["title": "P", "steps": [["id": "s", "tool": "fake.echo"]]]

  private static func submission(
    _ title: String? = nil, key: String? = nil, unique: String? = nil
  ) -> TaskSubmission {
    var submission = TaskSubmission(plan: plan, title: title, idempotencyKey: key)
    submission.uniqueKey = unique
    return submission
  }

  private static func runtime(_ store: any TaskStore) async throws -> CognitiveRuntime {
    let clock = ManualClock()
    let registry = ToolRegistry(inlineTools: [], clock: clock)
    registry.add(FakeToolSource(["echo": { _ in ToolResult(text: "ok") }]))
    return try await CognitiveRuntime(
      store: store, memory: InMemoryMemoryStore(), registry: registry, clock: clock,
      configuration: RuntimeConfiguration(workspaceRoot: "/work space", shutdownGrace: .zero))
  }

  /// Submits all at once.
  private static func race(
    _ runtime: CognitiveRuntime, _ submissions: [TaskSubmission]
  ) async -> [Result<SubmittedTask, RuntimeError>] {
    await withTaskGroup(of: Result<SubmittedTask, RuntimeError>.self) { group in
      for submission in submissions {
        group.addTask {
          do throws(RuntimeError) { return .success(try await runtime.submit(submission)) } catch {
            return .failure(error)
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
  }

  package static let checks: [Check] = [
    Check("of many with one idempotency key and one body all get the same task") { store in
      let runtime = try await runtime(store)
      let answers = await race(runtime, (0..<24).map { _ in submission(key: "k") })
      let tasks = try answers.map { try $0.get() }
      try same(Set(tasks.map(\.id)).count, 1)
      try same(tasks.count { !$0.isRepeat }, 1)
      try same(await store.counts(), [.queued: 1])
      try same(await store.events(since: 0, taskID: nil, limit: 99).count, 2)
    },
    Check("of many with one idempotency key and two bodies one wins; the other body is a conflict") { store in
      let runtime = try await runtime(store)
      let answers = await race(runtime, (0..<24).map { submission($0.isMultiple(of: 2) ? "even" : "odd", key: "k") })
      let tasks = answers.compactMap { try? $0.get() }
      try same(tasks.count, 12)
      try same(Set(tasks.map(\.id)).count, 1)
      for case .failure(let error) in answers {
        try same(error.kind, .conflict)
        try same(error.taskID, tasks.first?.id)
      }
      try same(await store.counts(), [.queued: 1])
    },
    Check("of many with one unique key and different bodies all get the task of the first") { store in
      let runtime = try await runtime(store)
      let answers = await race(runtime, (0..<24).map { submission("task \($0)", unique: "u") })
      let tasks = try answers.map { try $0.get() }
      try same(Set(tasks.map(\.id)).count, 1)
      try same(tasks.count { !$0.isRepeat }, 1)
      try same(await store.counts(), [.queued: 1])
    },
    Check("of many with both keys the idempotency key decides: another body is a conflict, not a repeat") { store in
      let runtime = try await runtime(store)
      let answers = await race(
        runtime, (0..<12).map { submission($0 < 6 ? "a" : "b", key: "k", unique: "u") })
      try same(answers.count { (try? $0.get()) != nil }, 6)
      try same(await store.counts(), [.queued: 1])
    },
    Check("a unique key is free again once its task has ended, an idempotency key never") { store in
      let runtime = try await runtime(store)
      let first = try await runtime.submit(submission(key: "k", unique: "u"))
      try same(await runtime.submit(submission("other", unique: "u")), first.repeated(as: .queued))
      _ = try await runtime.cancel(first.id)
      try same(await runtime.submit(submission(key: "k", unique: "u")), first.repeated(as: .cancelled))
      let second = try await runtime.submit(submission("other", unique: "u"))
      try holds(second.id != first.id && !second.isRepeat, "the key of a task that has ended is taken")
    },
    Check("submissions that race with the end of the task of their unique key never both hold it") { store in
      let runtime = try await runtime(store)
      for round in 0..<8 {
        let holder = try await runtime.submit(submission("holder \(round)", unique: "u")).id
        async let cancelled = runtime.cancel(holder)
        let answers = try await race(runtime, (0..<6).map { submission("next \($0)", unique: "u") }).map {
          try $0.get()
        }
        _ = try await cancelled
        let successors = Set(answers.map(\.id)).subtracting([holder])
        try holds(successors.count <= 1, "two tasks held the key at once")
        for id in successors { _ = try await runtime.cancel(id) }
      }
    },
    Check("of two who retry a dead letter at once each gets a task of its own, and it names the later one") { store in
      let runtime = try await runtime(store)
      let old = try await runtime.submit(submission()).id
      _ = try await runtime.cancel(old)
      async let one = runtime.retry(old)
      async let two = runtime.retry(old)
      let new = try await [one.id, two.id]
      try holds(new[0] != new[1], "they share a task")
      let named = try await store.task(old)?.retriedAs
      try holds(new.contains { $0 == named }, "the old task names neither")
    },
    Check("two who retry all at once submit each only once") { store in
      let runtime = try await runtime(store)
      for _ in 0..<5 { _ = try await runtime.cancel(try await runtime.submit(submission()).id) }
      let request = RetryRequest(.ended(in: .cancelled, taskClass: nil, before: nil))
      async let one = runtime.retry(request)
      async let two = runtime.retry(request)
      let pages = try await [one, two]
      try same(pages.map(\.retried.count).reduce(0, +), 5)
      try same(await store.counts(), [.cancelled: 5, .queued: 5])
    },
  ]
}

extension SubmittedTask {
  fileprivate func repeated(as state: TaskState) -> SubmittedTask {
    SubmittedTask(id: id, state: state, isRepeat: true)
  }
}
