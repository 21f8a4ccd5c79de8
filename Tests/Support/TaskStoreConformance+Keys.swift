import SCRProtocol
import SCRRuntime

extension TaskStoreConformance {
  static let keys: [Check] = [
    Check("a second task with an idempotency key is refused, naming the first and its digest") { store in
      try await store.commit(.insertTask(task("a", key: "k")))
      let error = try await store.refuses(.duplicateKey, insert(task("b", key: "k")))
      try same(error.existing, TaskID("a"))
      try same(error.existingDigest, "digest of k")
      try same(await store.task(TaskID("b")), nil)
    },
    Check("a key names its task and the digest of its submission") { store in
      try await store.commit(.insertTask(task("a", key: "k")), .insertTask(task("b")))
      let owner = try await store.task(withIdempotencyKey: "k")
      try same(owner?.id, TaskID("a"))
      try same(owner?.digest, "digest of k")
      try same(await store.task(withIdempotencyKey: "other")?.id, nil)
    },
    Check("tasks without a key do not clash") { store in
      try await store.commit(.insertTask(task("a")), .insertTask(task("b")))
      try same(await store.counts(), [.queued: 2])
    },
    Check("two tasks of one batch cannot share a key") { store in
      let error = try await store.refuses(.duplicateKey, insert(task("a", key: "k"), task("b", key: "k")))
      try same(error.existing, TaskID("a"))
      try same(await store.task(TaskID("a")), nil)
    },
    Check("a key stays with its task, also after its end") { store in
      try await store.commit(.insertTask(task("a", key: "k")))
      try await store.commit(.updateTask(task("a", state: .completed)))
      try same(await store.refuses(.duplicateKey, insert(task("b", key: "k"))).existing, TaskID("a"))
    },
    Check("of the tasks with one unique key at most one has not ended") { store in
      func unique(_ id: String, _ state: TaskState = .queued) -> AgentTask {
        var task = task(id, state: state)
        task.uniqueKey = "u"
        return task
      }
      try await store.commit(.insertTask(unique("a")))
      try same(await store.refuses(.duplicateUnique, insert(unique("b"))).existing, TaskID("a"))
      try same(await store.task(TaskID("b")), nil)
      try same(await store.task(withUniqueKey: "u"), TaskID("a"))
      try await store.commit(.updateTask(unique("a", .failed)))
      try same(await store.task(withUniqueKey: "u"), nil)
      try await store.commit(.insertTask(unique("b")))
      try same(await store.task(withUniqueKey: "u"), TaskID("b"))
    },
    Check("a refused key leaves the event numbers without a gap") { store in
      let event = EventDraft(.taskSubmitted, taskID: TaskID("a"))
      func submit(_ id: String) -> StoreBatch {
        StoreBatch(at: start, changes: [.insertTask(task(id, key: "k"))], events: [event])
      }
      try same(await store.commit(submit("a")).map(\.sequence), [1])
      try await store.refuses(.duplicateKey, submit("b"))
      try same(await store.commit(StoreBatch(at: start, events: [event])).map(\.sequence), [2])
    },
  ]
}
