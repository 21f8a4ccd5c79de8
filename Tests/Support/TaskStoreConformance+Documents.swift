import SCRProtocol
import SCRRuntime

extension TaskStoreConformance {
  private static func wait(_ id: String, isOpen: Bool = true, due: Int64? = nil, task: String? = nil) -> StoreDocument {
    StoreDocument(
      .wait, id: id, taskID: task.map { TaskID($0) }, isOpen: isOpen, dueAt: due.map { moment($0) },
      body: ["of": .string(id)], now: start)
  }

  static let documents: [Check] = [
    Check("a document comes back as it was written; the store counts its revision and keeps its first time") { store in
      try await store.commit(.insertTask(task("a")))
      var document = wait("w", due: 70, task: "a")
      _ = try await store.commit(StoreBatch(at: moment(5), changes: [.putDocument(document)]))
      (document.revision, document.createdAt, document.updatedAt) = (1, moment(5), moment(5))
      try same(await store.document(.wait, "w"), document)
      (document.body, document.isOpen, document.dueAt, document.taskID) = (.null, false, nil, nil)
      _ = try await store.commit(StoreBatch(at: moment(9), changes: [.putDocument(document)]))
      (document.revision, document.updatedAt) = (2, moment(9))
      try same(await store.document(.wait, "w"), document)
      try same(await store.document(.schedule, "w"), nil)
      try same(await store.document(.wait, "other"), nil)
    },
    Check("a document that was removed begins anew") { store in
      try await store.commit(.putDocument(wait("w")), .putDocument(wait("w")), .removeDocument(.wait, "w"))
      try same(await store.document(.wait, "w"), nil)
      try await store.commit(.putDocument(wait("w")), .removeDocument(.wait, "never"))
      try same(await store.document(.wait, "w")?.revision, 1)
    },
    Check("a precondition on the revision lets the first writer win") { store in
      try await store.commit(.putDocument(wait("w")))
      func write(_ revision: Int64?, _ id: String = "w") -> StoreBatch {
        StoreBatch(
          at: start, preconditions: [.documentRevision(.wait, id, revision)], changes: [.putDocument(wait(id))])
      }
      _ = try await store.commit(write(1))
      for revision: Int64? in [1, nil, 3] { try await store.refuses(.preconditionFailed, write(revision)) }
      _ = try await store.commit(write(nil, "new"))
      try await store.refuses(.preconditionFailed, write(nil, "new"))
    },
    Check("documents are paged by kind, task and openness in the order of their first write, both ways") { store in
      try await store.commit(.insertTask(task("a")))
      for document in [wait("1", task: "a"), wait("2", isOpen: false), wait("3", due: 9), wait("4", task: "a")] {
        try await store.commit(.putDocument(document))
      }
      try await store.commit(
        .putDocument(StoreDocument(.schedule, id: "1", body: 1, now: start)), .putDocument(wait("1", task: "a")))
      func ids(_ query: DocumentQuery) async throws -> [String] { try await store.documents(query).documents.map(\.id) }
      try same(await ids(DocumentQuery(.wait)), ["1", "2", "3", "4"])
      try same(await ids(DocumentQuery(.wait, taskID: TaskID("a"))), ["1", "4"])
      try same(await ids(DocumentQuery(.wait, isOpen: true)), ["1", "3", "4"])
      try same(await ids(DocumentQuery(.wait, isOpen: false)), ["2"])
      for (order, wanted) in [
        (DocumentQuery.Order.oldestFirst, ["1", "2", "3", "4"]), (.newestFirst, ["4", "3", "2", "1"]),
      ] {
        var query = DocumentQuery(.wait, order: order, limit: 3)
        let first = try await store.documents(query)
        query.cursor = first.nextCursor
        let second = try await store.documents(query)
        try same(first.documents.map(\.id) + second.documents.map(\.id), wanted)
        try same(second.nextCursor, nil)
      }
    },
    Check("documents that are due come earliest first") { store in
      for document in [
        wait("late", due: 30), wait("early", due: 10), wait("never"), wait("done", isOpen: false, due: 1),
      ] {
        try await store.commit(.putDocument(document))
      }
      try same(await store.nearestDue(.wait), moment(10))
      try same(await store.nearestDue(.schedule), nil)
      let due = DocumentQuery(.wait, isOpen: true, dueBy: moment(30), order: .dueFirst)
      try same(await store.documents(due).documents.map(\.id), ["early", "late"])
      var soon = due
      soon.dueBy = moment(29)
      try same(await store.documents(soon).documents.map(\.id), ["early"])
    },
    Check("a cursor that no page gave is refused") { store in
      do throws(StoreError) {
        _ = try await store.documents(DocumentQuery(.wait, cursor: "x"))
      } catch { return try same(error.code, .badCursor) }
      throw ConformanceFailure(description: "the cursor was taken")
    },
  ]
}
