import SCRProtocol
package import SCRRuntime

/// The rules of ``MemoryStore``, for every implementation alike.
package enum MemoryStoreConformance {
  package typealias Check = ConformanceCheck<any MemoryStore>

  package static func record(_ id: String, kind: String = "task", at milliseconds: Int64 = 0) -> MemoryRecord {
    MemoryRecord(
      kind: kind, id: id, taskID: TaskID("task_1"), value: ["text": .string("of \(id) at \(milliseconds)")],
      updatedAt: TaskStoreConformance.moment(milliseconds))
  }

  package static let checks: [Check] = [
    Check("a record comes back under its kind and id") { store in
      let bare = MemoryRecord(kind: "result", id: "a", value: .null, updatedAt: TaskStoreConformance.start)
      try await store.put(record("a"))
      try await store.put(bare)
      try same(await store.get(kind: "task", id: "a"), record("a"))
      try same(await store.get(kind: "result", id: "a"), bare)
      try same(await store.get(kind: "step", id: "a"), nil)
    },
    Check("a second record under the same id replaces the first") { store in
      try await store.put(record("a", at: 1))
      try await store.put(record("a", at: 2))
      try same(await store.get(kind: "task", id: "a"), record("a", at: 2))
      try same(await store.list(kind: "task", limit: 10), [record("a", at: 2)])
    },
    Check("a kind is listed newest first, in one moment by the order of writes") { store in
      for (id, moment) in [("old", 1), ("b", 5), ("a", 5), ("new", 9)] as [(String, Int64)] {
        try await store.put(record(id, at: moment))
      }
      try await store.put(record("other", kind: "step", at: 7))
      try await store.put(record("b", at: 5))
      try same(await store.list(kind: "task", limit: 10).map(\.id), ["new", "b", "a", "old"])
      try same(await store.list(kind: "task", limit: 2).map(\.id), ["new", "b"])
      try same(await store.list(kind: "task", limit: 0), [])
      try same(await store.list(kind: "task", limit: -1), [])
      try same(await store.list(kind: "none", limit: 10), [])
    },
    Check("after closing everything throws closed") { store in
      await store.close()
      await store.close()
      let calls: [() async throws -> Void] = [
        { try await store.put(record("a")) }, { _ = try await store.get(kind: "task", id: "a") },
        { _ = try await store.list(kind: "task", limit: 1) },
      ]
      for call in calls {
        do { try await call() } catch let error as StoreError {
          try same(error.code, .closed)
          continue
        }
        throw ConformanceFailure(description: "a call went on after closing")
      }
    },
  ]
}
