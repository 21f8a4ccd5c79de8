import SCRProtocol

extension FindingShelf {
  /// The topmost task of the family; nil where there is no such task.
  static func root(of id: TaskID, in store: any TaskStore) async throws(StoreError) -> TaskID? {
    var topmost = id
    // Families are eight deep at most; a circle can only come from a damaged store.
    for _ in 0..<64 {
      guard let task = try await store.task(topmost) else { return nil }
      guard let parent = task.parent else { return topmost }
      topmost = parent.taskID
    }
    return nil
  }

  /// The shelf of the family that a task belongs to.
  static func read(of id: TaskID, in store: any TaskStore) async throws(StoreError) -> FindingShelf {
    let root = try await root(of: id, in: store) ?? id
    return FindingShelf(root: root, document: try await store.document(.findingShelf, self.id(of: root)))
  }

  /// The newest findings of a task's family, oldest first.
  static func newest(of id: TaskID, in store: any TaskStore, limit: Int) async throws(StoreError) -> [Finding] {
    let root = try await root(of: id, in: store) ?? id
    let page = try await store.documents(DocumentQuery(.finding, taskID: root, order: .newestFirst, limit: limit))
    return page.documents.compactMap { Finding(json: $0.body) }.reversed()
  }
}
