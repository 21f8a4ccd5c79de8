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
    Check("a key moves only when its owner lets go of it") { store in
      try await store.commit(.insertTask(task("a", key: "k")), .insertTask(task("b")))
      try await store.commit(.updateTask(task("a", state: .running, key: "k")))
      let thief = StoreBatch(at: start, changes: [.updateTask(task("b", key: "k"))])
      try same(await store.refuses(.duplicateKey, thief).existing, TaskID("a"))
      try await store.commit(.updateTask(task("a")))
      _ = try await store.commit(thief)
      try same(await store.refuses(.duplicateKey, insert(task("c", key: "k"))).existing, TaskID("b"))
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
