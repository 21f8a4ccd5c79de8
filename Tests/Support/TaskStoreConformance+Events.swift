import SCRProtocol
import SCRRuntime

extension TaskStoreConformance {
  static let events: [Check] = [
    Check("a commit gives back its events with their numbers, and they stay so") { store in
      try same(await store.lastSequence(), 0)
      let batch = StoreBatch(
        at: moment(9), changes: [.insertTask(task("a"))],
        events: [
          EventDraft(.taskSubmitted, taskID: TaskID("a"), data: ["priority": "high"]),
          EventDraft(.stepReady, taskID: TaskID("a"), stepID: "one"), EventDraft(.serverState),
        ])
      let wanted = [
        RuntimeEvent(
          sequence: 1, at: moment(9), kind: .taskSubmitted, taskID: TaskID("a"), data: ["priority": "high"]),
        RuntimeEvent(sequence: 2, at: moment(9), kind: .stepReady, taskID: TaskID("a"), stepID: "one"),
        RuntimeEvent(sequence: 3, at: moment(9), kind: .serverState),
      ]
      try same(await store.commit(batch), wanted)
      try same(await store.events(since: 0, taskID: nil, limit: 10), wanted)
      try same(await store.lastSequence(), 3)
    },
    Check("events are read from a number on, of one task or all, up to a limit") { store in
      let drafts = (1...6).map { EventDraft(.stepReady, taskID: TaskID($0.isMultiple(of: 2) ? "even" : "odd")) }
      _ = try await store.commit(StoreBatch(at: start, events: drafts))
      func read(_ since: Int64, _ task: String?, _ limit: Int = 10) async throws -> [Int64] {
        try await store.events(since: since, taskID: task.map { TaskID($0) }, limit: limit).map(\.sequence)
      }
      try same(await read(0, nil), [1, 2, 3, 4, 5, 6])
      try same(await read(-5, nil, 2), [1, 2])
      try same(await read(4, nil), [5, 6])
      try same(await read(2, "even"), [4, 6])
      try same(await read(0, "odd", 2), [1, 3])
      try same(await read(6, nil), [])
      try same(await read(.max, nil), [])
      try same(await read(0, nil, 0), [])
      try same(await read(0, nil, -1), [])
    },
    Check("after closing everything throws closed, and closing again is harmless") { store in
      await store.close()
      await store.close()
      try await store.refuses(.closed, insert(task("a")))
      let readings: [() async throws -> Void] = [
        { _ = try await store.task(TaskID("a")) }, { _ = try await store.steps(of: TaskID("a")) },
        { _ = try await store.tasks(TaskQuery()) }, { _ = try await store.counts() },
        { _ = try await store.events(since: 0, taskID: nil, limit: 1) },
        { _ = try await store.lanes(in: "/a", after: nil, limit: 9) }, { _ = try await store.lastSequence() },
        { _ = try await store.abandoned(by: Incarnation("run_1")) }, { _ = try await store.nearestDeadline() },
        { _ = try await store.overdue(at: start, limit: 1) },
        { _ = try await store.task(withIdempotencyKey: "k") },
        { _ = try await store.steps(of: TaskID("a"), named: ["one"]) },
      ]
      for (number, read) in readings.enumerated() {
        do {
          try await read()
        } catch let error as StoreError {
          try same(error.code, .closed)
          continue
        }
        throw ConformanceFailure(description: "reading \(number) went on after closing")
      }
    },
  ]
}
