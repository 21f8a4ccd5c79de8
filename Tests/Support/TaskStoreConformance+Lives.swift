import SCRProtocol
import SCRRuntime

extension TaskStoreConformance {
  static let lives: [Check] = [
    Check("an update writes what changes in a task's life and leaves what was submitted") { store in
      let full = fullTask("a")
      try await store.commit(.insertTask(full), .requestCancel(full.id))
      let bare = task("a", created: 999)
      try await store.commit(.updateTask(bare))
      var expected = full
      expected.advance(to: bare)
      expected.cancelRequested = true
      try same(await store.task(full.id), expected)
      try same(expected.title, full.title)
      try same(expected.state, .queued)
    },
    Check("a commit can give a task as it has left it, if it is there and was committed") { store in
      let owner = Incarnation("run_1")
      var full = fullTask("a")
      full.state = .queued
      let (inserted, first) = try await store.commit(insert(full), reading: full.id)
      try same(inserted, [])
      try same(first, full)
      let (_, claimed) = try await store.commit(claim(full, for: owner), reading: full.id)
      try same(claimed, await store.task(full.id))
      try same(claimed?.epoch, full.epoch + 1)
      try same(await store.commit(insert(task("b")), reading: TaskID("other")).task, nil)
      try await store.refuses(.preconditionFailed, claim(full, for: owner))
    },
    Check("a plan can be revised, with the servers that it names") { store in
      let before = fullTask("a")
      try await store.commit(.insertTask(before))
      let revision: StoreChange = .revisePlan(
        before.id, ["steps": [1]], revision: 4, serverNames: ["git"], serversDigest: "cd")
      try await store.refuses(
        .preconditionFailed,
        StoreBatch(at: start, preconditions: [.planRevision(before.id, 2)], changes: [revision]))
      _ = try await store.commit(
        StoreBatch(at: start, preconditions: [.planRevision(before.id, 3)], changes: [revision]))
      var expected = before
      expected.planRevision = 4
      (expected.plan, expected.serverNames, expected.serversDigest) = (["steps": [1]], ["git"], "cd")
      try same(await store.task(before.id), expected)
    },
    Check("of tasks that somebody asked to cancel, those are found that nobody works on") { store in
      let states: [TaskState] = [.queued, .scheduled, .waiting, .running, .cancelled]
      for state in states {
        let one = task("asked \(state)", state: state)
        try await store.commit(.insertTask(one), .insertTask(task("left \(state)", state: state)))
        try await store.commit(.requestCancel(one.id))
      }
      try same(
        await store.unheeded(limit: 9).map(\.id.text), ["asked queued", "asked scheduled", "asked waiting"])
      try same(await store.unheeded(limit: 2).count, 2)
    },
    Check("records of steps can be forgotten one by one") { store in
      let task = task("a")
      let records = ["one", "two", "three"].map { StepRecord(taskID: task.id, stepID: $0, state: .completed) }
      try await store.commit(.insertTask(task))
      for record in records { try await store.commit(.putStep(record)) }
      try await store.commit(.removeSteps(task.id, ["two", "never"]))
      try same(await store.steps(of: task.id), [records[0], records[2]])
    },
    Check("the children of a task are found by their parent") { store in
      var child = task("child")
      child.parent = TaskParent(taskID: TaskID("parent"), stepID: "one")
      try await store.commit(.insertTask(task("parent")), .insertTask(child), .insertTask(task("other")))
      try same(await store.tasks(TaskQuery(parent: TaskID("parent"))).tasks, [child])
      try same(await store.tasks(TaskQuery(states: [.queued], parent: TaskID("parent"))).tasks, [child])
      try same(await store.tasks(TaskQuery(parent: TaskID("child"))).tasks, [])
    },
  ]
}
