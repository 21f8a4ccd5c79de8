import SCRProtocol
import SCRRuntime

extension TaskStoreConformance {
  static let readings: [Check] = [
    Check("steps come in the order of their first write, with everything in their records") { store in
      let id = TaskID("a")
      let intent = StepIntent(
        tool: ToolName(server: "filesystem", tool: "write_file"), arguments: ["path": "a.md", "n": 1],
        idempotencyKey: "intent_1", effect: .idempotent)
      var native = intent
      (native.tool, native.effect) = (ToolName(tool: "dotted.native"), .readOnly)
      let records = [
        StepRecord(
          taskID: id, stepID: "zulu", state: .completed, attempt: 2, intent: intent, value: ["text": "done"],
          reason: TaskReason(kind: TaskReason.toolFailed, message: "once", hint: "wait"), startedAt: moment(1),
          endedAt: moment(2)),
        StepRecord(taskID: id, stepID: "alpha", state: .running, attempt: 1, intent: native, value: .null),
      ]
      try await store.commit(.insertTask(task("a")), .insertTask(task("b")))
      try await store.commit(.putStep(StepRecord(taskID: id, stepID: "zulu", state: .running, attempt: 1)))
      try await store.commit(.putStep(records[1]), .putStep(StepRecord(taskID: TaskID("b"), stepID: "zulu")))
      try await store.commit(.putStep(records[0]))
      try same(await store.steps(of: id), records)
      try same(await store.steps(of: TaskID("b")).map(\.stepID), ["zulu"])
      try same(await store.steps(of: TaskID("ghost")), [])
    },
    Check("named steps come in the order they were asked for, without those that have no record") { store in
      let records = ["one", "two", "three"].map { StepRecord(taskID: TaskID("a"), stepID: $0, state: .running) }
      try await store.commit(.insertTask(task("a")), .insertTask(task("b")))
      for record in records { try await store.commit(.putStep(record)) }
      try await store.commit(.putStep(StepRecord(taskID: TaskID("b"), stepID: "one")))
      try same(await store.steps(of: TaskID("a"), named: ["three", "ghost", "one"]), [records[2], records[0]])
      try same(await store.steps(of: TaskID("a"), named: []), [])
      try same(await store.steps(of: TaskID("ghost"), named: ["one"]), [])
    },
    Check("a tool's result comes back as it was") { store in
      let values = [
        ToolResult(text: "a\nb", structuredContent: ["n": 1]).json, ToolResult(content: []).json,
        ToolResult(content: [["type": "image"]], isError: true).json, ["text": "alone"],
      ]
      try await store.commit(.insertTask(task("a")))
      for (number, value) in values.enumerated() {
        let record = StepRecord(taskID: TaskID("a"), stepID: "s\(number)", state: .completed, value: value)
        try await store.commit(.putStep(record))
      }
      try same(await store.steps(of: TaskID("a")).map(\.value), values)
    },
    Check("pages go from the newest task to the oldest and stay valid while tasks are added") { store in
      for number in 1...5 { try await store.commit(.insertTask(task("t\(number)", created: Int64(-number)))) }
      let first = try await store.tasks(TaskQuery(limit: 2))
      try same(first.tasks.map(\.id.text), ["t5", "t4"])
      try await store.commit(.insertTask(task("t6")), .updateTask(task("t3", state: .completed)))
      let second = try await store.tasks(TaskQuery(cursor: first.nextCursor, limit: 2))
      try same(second.tasks.map(\.id.text), ["t3", "t2"])
      let third = try await store.tasks(TaskQuery(cursor: second.nextCursor, limit: 2))
      try same(third.tasks.map(\.id.text), ["t1"])
      try same(third.nextCursor, nil)
    },
    Check("the last full page has no next one") { store in
      try await store.commit(.insertTask(task("a")), .insertTask(task("b")))
      let page = try await store.tasks(TaskQuery(limit: 2))
      try same(page, TaskPage(tasks: [task("b"), task("a")]))
      try same(await store.tasks(TaskQuery(states: [.queued], limit: 2)), page)
    },
    Check("a list is filtered by states and class, page by page") { store in
      let states: [TaskState] = [.queued, .failed, .completed, .failed, .running, .failed]
      for (number, state) in states.enumerated() {
        var task = task("t\(number)", state: state)
        if number == 3 { task.taskClass = "batch" }
        try await store.commit(.insertTask(task))
      }
      func list(_ query: TaskQuery) async throws -> [String] { try await store.tasks(query).tasks.map(\.id.text) }
      try same(await list(TaskQuery(states: [.failed])), ["t5", "t3", "t1"])
      try same(await list(TaskQuery(states: [.failed, .completed, .dead])), ["t5", "t3", "t2", "t1"])
      try same(await list(TaskQuery(states: [.failed], taskClass: "default")), ["t5", "t1"])
      try same(await list(TaskQuery(taskClass: "batch")), ["t3"])
      try same(await list(TaskQuery(states: [])), [])
      let page = try await store.tasks(TaskQuery(states: [.failed, .queued], limit: 2))
      try same(page.tasks.map(\.id.text), ["t5", "t3"])
      try same(
        await list(TaskQuery(states: [.failed, .queued], cursor: page.nextCursor, limit: 2)), ["t1", "t0"])
    },
    Check("a limit out of bounds is brought into them, a cursor of others is refused") { store in
      try await store.commit(.insertTask(task("a")), .insertTask(task("b")))
      try same(await store.tasks(TaskQuery(limit: 0)).tasks.map(\.id.text), ["b"])
      try same(await store.tasks(TaskQuery(limit: .max)).tasks.count, 2)
      for cursor in ["", "n", "n0", "n-1", "12", "n99999999999999999999", "'; --"] {
        do throws(StoreError) {
          _ = try await store.tasks(TaskQuery(cursor: cursor))
        } catch {
          try same(error.code, .badCursor)
          continue
        }
        throw ConformanceFailure(description: "the cursor \(cursor) was taken")
      }
      try same(await store.tasks(TaskQuery(cursor: "n\(Int64.max)")).tasks.count, 2)
    },
    Check("abandoned is what runs or waits under another incarnation's lease") { store in
      let (mine, other) = (Incarnation("run_mine"), Incarnation("run_other"))
      for state in TaskState.allCases {
        for owner in [mine, other, nil] {
          var task = task("\(state) \(owner?.text ?? "-")", state: state)
          task.lease = owner.map { TaskLease(owner: $0, until: moment(1)) }
          try await store.commit(.insertTask(task))
        }
      }
      try same(await store.abandoned(by: mine).map(\.id.text), ["running run_other", "waiting run_other"])
    },
    Check("counts tell the tasks of each state that has any") { store in
      try same(await store.counts(), [:])
      try await store.commit(
        .insertTask(task("a")), .insertTask(task("b")), .insertTask(task("c", state: .running)))
      try same(await store.counts(), [.queued: 2, .running: 1])
      try await store.commit(.updateTask(task("c", state: .completed)))
      try same(await store.counts(), [.queued: 2, .completed: 1])
    },
  ]
}
