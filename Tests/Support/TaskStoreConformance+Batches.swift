import SCRProtocol
import SCRRuntime

extension TaskStoreConformance {
  static let batches: [Check] = [
    Check("a task comes back as it was inserted, each of its fields") { store in
      let tasks = [task("plain"), fullTask("full")]
      for task in tasks { try await store.commit(.insertTask(task)) }
      try same(await store.task(tasks[0].id), tasks[0])
      try same(await store.task(tasks[1].id), tasks[1])
      try same(await store.task(TaskID("other")), nil)
    },
    Check("JSON keeps null apart from nothing, the digits of numbers and characters that SQL minds") { store in
      var task = task("a")
      task.plan = .null
      task.inputs = ["big": .integer(.max), "long": .number(JSONNumber(validated: "1.10e400")), "nul": "a\u{0}b'\""]
      try await store.commit(.insertTask(task))
      try same(await store.task(task.id), task)
    },
    Check("a text with U+0000 is kept whole or refused, never cut") { store in
      var task = task("a")
      task.title = "before\u{0}after"
      do throws(StoreError) { try await store.commit(.insertTask(task)) } catch {
        try same(error.code, .badText)
        try same(await store.task(task.id), nil)
        return
      }
      try same(await store.task(task.id)?.title, task.title)
    },
    Check("a batch that fails at its end has changed nothing") { store in
      let before = fullTask("a")
      try await store.commit(.insertTask(before), .putStep(StepRecord(taskID: before.id, stepID: "one")))
      let last = try await store.lastSequence()
      var changed = before
      changed.state = .failed
      let failing = StoreBatch(
        at: start,
        changes: [
          .updateTask(changed), .requestCancel(before.id), .insertTask(task("b", key: "b")),
          .putStep(StepRecord(taskID: before.id, stepID: "one", state: .completed)),
          .putStep(StepRecord(taskID: before.id, stepID: "two")),
          .putStep(StepRecord(taskID: TaskID("b"), stepID: "one")), .removeSteps(before.id, ["one"]),
          .revisePlan(before.id, ["steps": []], revision: 1, serverNames: [], serversDigest: nil),
          .putDocument(StoreDocument(.wait, id: "w", taskID: before.id, body: 1, now: start)),
          .requestCancel(TaskID("nobody")),
        ], events: [EventDraft(.taskFailed, taskID: before.id)])
      try await store.refuses(.failed, failing)
      try same(await store.task(before.id), before)
      try same(await store.task(TaskID("b")), nil)
      try same(await store.steps(of: before.id), [StepRecord(taskID: before.id, stepID: "one")])
      try same(await store.steps(of: TaskID("b")), [])
      try same(await store.document(.wait, "w"), nil)
      try same(await store.lastSequence(), last)
      try same(await store.counts(), [.waiting: 1])
      // Keys are as they were: that of the refused task is free again, that of the other is still its own.
      _ = try await store.commit(insert(task("d", key: "b")))
      try await store.refuses(.duplicateKey, insert(task("e", key: before.idempotencyKey)))
    },
    Check("what does not exist cannot be changed, and an id is given once") { store in
      let ghost = task("ghost")
      let changes: [StoreChange] = [
        .updateTask(ghost), .requestCancel(ghost.id), .putStep(StepRecord(taskID: ghost.id, stepID: "one")),
        .claimTask(ghost.id, TaskLease(owner: Incarnation("run_1"), until: start), epoch: 1),
        .revisePlan(ghost.id, [:], revision: 1, serverNames: [], serversDigest: nil),
        .putDocument(StoreDocument(.wait, id: "w", taskID: ghost.id, body: 1, now: start)),
      ]
      for change in changes { try await store.refuses(.failed, StoreBatch(at: start, changes: [change])) }
      try await store.commit(.insertTask(task("a")))
      try await store.refuses(.failed, insert(task("a")))
    },
    Check("a precondition on a task's state or epoch fences the batch") { store in
      let task = fullTask("a")
      try await store.commit(.insertTask(task))
      let unmet: [StorePrecondition] = [
        .taskState(task.id, oneOf: [.queued, .running]), .taskState(task.id, oneOf: []),
        .taskState(TaskID("ghost"), oneOf: [.queued]), .taskEpoch(task.id, 6), .taskEpoch(TaskID("ghost"), 0),
      ]
      for precondition in unmet {
        let batch = StoreBatch(
          at: start, preconditions: [.taskEpoch(task.id, 7), precondition], changes: [.requestCancel(task.id)])
        try await store.refuses(.preconditionFailed, batch)
      }
      try same(await store.task(task.id)?.cancelRequested, false)
      let met = StoreBatch(
        at: start, preconditions: [.taskState(task.id, oneOf: [.waiting, .failed]), .taskEpoch(task.id, 7)],
        changes: [.requestCancel(task.id)])
      _ = try await store.commit(met)
      try same(await store.task(task.id)?.cancelRequested, true)
    },
    Check("preconditions are judged before the changes of their batch") { store in
      let task = task("a")
      let batch = StoreBatch(
        at: start, preconditions: [.taskState(task.id, oneOf: [.queued])], changes: [.insertTask(task)])
      try await store.refuses(.preconditionFailed, batch)
      try same(await store.task(task.id), nil)
    },
  ]
}
