import SCRProtocol
import SCRRuntime

extension TaskStoreConformance {
  private static func event(_ id: String) -> EventDraft { EventDraft(.taskSubmitted, taskID: TaskID(id)) }

  static let pruning: [Check] = [
    Check("pruning removes a family with its steps, documents, events and keys, and nothing else") { store in
      var child = task("child", state: .failed)
      child.parent = TaskParent(taskID: TaskID("old"), stepID: "one")
      var grandchild = task("grandchild", state: .failed)
      grandchild.parent = TaskParent(taskID: child.id, stepID: "one")
      let tasks = [task("old", state: .completed, key: "k"), child, grandchild, task("kept", state: .completed)]
      for task in tasks {
        _ = try await store.commit(
          StoreBatch(
            at: start,
            changes: [
              .insertTask(task), .putStep(StepRecord(taskID: task.id, stepID: "one")),
              .putDocument(StoreDocument(.finding, id: task.id.text, taskID: task.id, body: 1, now: start)),
            ], events: [event(task.id.text)]))
      }
      try await store.commit(.pruneTask(TaskID("old")), .pruneTask(TaskID("never")))
      for task in tasks.dropLast() {
        try same(await store.task(task.id), nil)
        try same(await store.steps(of: task.id), [])
        try same(await store.document(.finding, task.id.text), nil)
        try same(await store.events(since: 0, taskID: task.id, limit: 9), [])
      }
      try same(await store.counts(), [.completed: 1])
      try same(await store.steps(of: TaskID("kept")).count, 1)
      try same(await store.events(since: 0, taskID: nil, limit: 9).map(\.taskID?.text), ["kept"])
      try same(await store.lastSequence(), 4)
      _ = try await store.commit(insert(task("new", key: "k")))
      try same(await store.tasks(TaskQuery()).tasks.map(\.id.text), ["new", "kept"])
    },
    Check("a task that has not ended is not pruned, nor is anything else of the batch done") { store in
      try await store.commit(.insertTask(task("a")), .insertTask(task("b", state: .completed)))
      let batch = StoreBatch(at: start, changes: [.pruneTask(TaskID("b")), .pruneTask(TaskID("a"))])
      try await store.refuses(.preconditionFailed, batch)
      try same(await store.counts(), [.queued: 1, .completed: 1])
    },
    Check("old events can be forgotten; numbers go on") { store in
      try same(await store.firstSequence(), 1)
      _ = try await store.commit(StoreBatch(at: start, events: [event("a"), event("a"), event("a")]))
      try await store.commit(.pruneEvents(through: 2))
      try same(await store.events(since: 0, taskID: nil, limit: 9).map(\.sequence), [3])
      try same(await store.firstSequence(), 3)
      try await store.commit(.pruneEvents(through: 9))
      try same(await store.firstSequence(), 4)
      try same(await store.lastSequence(), 3)
      try same(await store.commit(StoreBatch(at: start, events: [event("a")])).map(\.sequence), [4])
    },
  ]
}
