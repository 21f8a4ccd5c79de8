import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRStore

@Suite("A row that is not as it was written", .timeLimit(.minutes(1)))
struct DamagedRowTests {
  /// Two tasks, each with a step, a document and an event.
  static func fill(_ store: SQLiteTaskStore) async throws {
    for name in ["a", "b"] {
      let task = TaskStoreConformance.task(name)
      let document = StoreDocument(
        .finding, id: name, taskID: task.id, body: ["text": .string(name)], now: TaskStoreConformance.start)
      let step = StepRecord(
        taskID: task.id, stepID: "one", state: .completed, attempt: 1, value: ["text": .string(name)])
      _ = try await store.commit(
        StoreBatch(
          at: TaskStoreConformance.start,
          changes: [.insertTask(task), .putStep(step), .putDocument(document)],
          events: [EventDraft(.stepCompleted, taskID: task.id, stepID: "one", data: ["n": 7])]))
    }
  }

  /// One bit of each column that is under the checksum.
  static let changes: [(table: String, assignment: String)] = [
    ("events", "at = at + 1"), ("events", "kind = 'step.complgted'"), ("events", "task_id = 'b'"),
    ("events", "step_id = 'ond'"), ("events", #"data = '{"n":6}'"#), ("events", "checksum = checksum + 1"),
    ("steps", "state = 'running'"), ("steps", "attempt = 3"), ("steps", #"value = '{"text":"c"}'"#),
    ("steps", "started_at = 0"), ("steps", "checksum = checksum + 1"), ("documents", "is_open = 0"),
    ("documents", "due_at = 4"), ("documents", "updated_at = updated_at + 8"),
    ("documents", #"body = '{"text":"e"}'"#), ("documents", "checksum = checksum + 1"), ("tasks", "title = 'Task b'"),
    ("tasks", "priority = 1"), ("tasks", "workspace_root = ''"), ("tasks", "fixed_sum = fixed_sum + 1"),
    ("tasks", "plan = '{}'"), ("tasks", "plan_revision = 1"), ("tasks", "result = '1'"), ("tasks", "failed_runs = 1"),
    ("tasks", "life_sum = life_sum + 1"), ("tasks", "state = 'waiting'"), ("tasks", "epoch = 4"),
    ("tasks", "(updated_at, claim_sum) = (SELECT updated_at, claim_sum FROM tasks WHERE id = 'b')"),
  ]

  @Test("is told with its name by a check that tells nothing else", arguments: changes)
  func checked(table: String, assignment: String) async throws {
    try await withTaskStore { store, directory in
      try await Self.fill(store)
      #expect(try await StoreCheck.run(directory.path).isGood)
      let key = table == "events" ? "sequence = 1" : table == "steps" ? "task_id = 'a'" : "id = 'a'"
      try edit(directory.tasksPath, "UPDATE \(table) SET \(assignment) WHERE \(key)")
      let report = try await StoreCheck.run(directory.path)
      let names = ["events": "event 1", "steps": "step one of a", "documents": "document finding a", "tasks": "task a"]
      #expect(report.files[0].problems.map(\.row) == [names[table]])
      #expect(report.files[0].problems.map(\.table) == [table])
      #expect(report.files[0].problems[0].message.contains("does not match its row"))
      #expect(report.isReadable)
    }
  }

  @Test(
    "an event that cannot be read is told in its place, and hides no other", arguments: changes[...5].map(\.assignment))
  func event(assignment: String) async throws {
    try await withTaskStore { store, directory in
      try await Self.fill(store)
      try edit(directory.tasksPath, "UPDATE events SET \(assignment) WHERE sequence = 1")
      let events = try await store.events(since: 0, taskID: nil, limit: 10)
      #expect(events.map(\.sequence) == [1, 2])
      #expect(events.map(\.kind) == [.damaged, .stepCompleted])
      let message = events[0].data["message"]?.stringValue
      #expect(message?.contains("column checksum of a row in events (sequence 1) does not match its row") == true)
      #expect(try await store.events(since: 1, taskID: TaskID("b"), limit: 10).map(\.sequence) == [2])
    }
  }

  @Test("an event whose columns are nonsense keeps what can be told of it")
  func nonsense() async throws {
    try await withTaskStore { store, directory in
      try await Self.fill(store)
      try edit(directory.tasksPath, "UPDATE events SET data = '{' WHERE sequence = 2")
      let events = try await store.events(since: 0, taskID: TaskID("b"), limit: 10)
      #expect(events.map(\.kind) == [.damaged])
      #expect(events[0].taskID == TaskID("b"))
      #expect(events[0].at == TaskStoreConformance.start)
    }
  }

  @Test("a task that cannot be read is told by its name, and hides no other")
  func task() async throws {
    try await withTaskStore { store, directory in
      try await Self.fill(store)
      try edit(directory.tasksPath, "UPDATE tasks SET title = 'Task b' WHERE id = 'a'")
      let error = await storeError { _ = try await store.task(TaskID("a")) }
      #expect(error?.code == .corrupt)
      #expect(error?.message.contains("column fixed_sum of a row in tasks (id a) does not match its row") == true)
      let page = try await store.tasks(TaskQuery())
      #expect(page.damaged == [TaskID("a")])
      #expect(page.tasks.map(\.id) == [TaskID("b")])
    }
  }

  @Test("whatever is written of a task, its row is as it was written")
  func written() async throws {
    try await withTaskStore { store, directory in
      var task = TaskStoreConformance.fullTask("a")
      task.state = .queued
      _ = try await store.commit(TaskStoreConformance.insert(task))
      let changes: [StoreChange] = [
        .claimTask(task.id, TaskLease(owner: Incarnation("run_2"), until: TaskStoreConformance.moment(9)), epoch: 8),
        .revisePlan(task.id, [:], revision: 4, serverNames: [], serversDigest: nil), .requestCancel(task.id),
        .updateTask(task),
      ]
      for change in changes {
        _ = try await store.commit(StoreBatch(at: TaskStoreConformance.start, changes: [change]))
        #expect(try await store.task(task.id)?.id == task.id)
      }
      #expect(try await StoreCheck.run(directory.path).isGood)
    }
  }

  @Test("a step or document that cannot be read is refused with its name, those of other tasks are not")
  func others() async throws {
    try await withTaskStore { store, directory in
      try await Self.fill(store)
      try edit(directory.tasksPath, "UPDATE steps SET attempt = 9 WHERE task_id = 'a'")
      try edit(directory.tasksPath, "UPDATE documents SET body = '1' WHERE id = 'a'")
      let step = await storeError { _ = try await store.steps(of: TaskID("a")) }
      #expect(step?.code == .corrupt)
      #expect(step?.message.contains("in steps (task_id a, step_id one) does not match its row") == true)
      #expect(try await store.steps(of: TaskID("b")).map(\.stepID) == ["one"])
      let document = await storeError { _ = try await store.document(.finding, "a") }
      #expect(document?.message.contains("in documents (kind finding, id a) does not match its row") == true)
      let page = try await store.documents(DocumentQuery(.finding))
      #expect(page.damaged == ["a"])
      #expect(page.documents.map(\.id) == ["b"])
    }
  }
}
