package import SCRProtocol

// What the parts of a task share: findings, under the topmost task of a family.
extension CognitiveRuntime {
  /// Keeps a finding; of a family's findings the newest 100 are kept, for as long as its topmost task is.
  ///
  /// - Throws: `not_found`, `too_large` for a value above 16 KiB, `store_unavailable`.
  package func addFinding(
    _ value: JSONValue, to id: TaskID, stepID: String? = nil, source: String? = nil
  ) async throws(RuntimeError) -> Finding {
    let size = value.encoded.count
    guard size <= FindingShelf.valueBytes else {
      throw RuntimeError(
        .tooLarge, "the finding takes \(size) bytes, and at most \(FindingShelf.valueBytes) are kept",
        hint: "keep the whole elsewhere and add a summary that names the place", path: "value", taskID: id)
    }
    let root = try await family(of: id)
    while true {
      let now = clock.now()
      let shelf = try await shelf(of: root)
      let finding = Finding(
        number: shelf.nextNumber, at: now, taskID: id, stepID: stepID, source: source, value: value)
      if try await commit(shelf.adding(finding, now: now)) { return finding }
    }
  }

  /// The findings of the task's family, those of its children and parents included.
  ///
  /// - Parameter limit: 1…100.
  /// - Throws: `not_found`, `invalid_params` for a bad cursor, `store_unavailable`.
  package func findings(
    of id: TaskID, newestFirst: Bool = false, cursor: String? = nil, limit: Int = 100
  ) async throws(RuntimeError) -> FindingPage {
    let root = try await family(of: id)
    let query = DocumentQuery(
      .finding, taskID: root, order: newestFirst ? .newestFirst : .oldestFirst, cursor: cursor,
      limit: min(limit, Int(FindingShelf.limit)))
    let page: DocumentPage
    do throws(StoreError) { page = try await store.documents(query) } catch { throw RuntimeError(error) }
    return FindingPage(findings: page.documents.compactMap { Finding(json: $0.body) }, nextCursor: page.nextCursor)
  }

  /// - Returns: how many were removed.
  /// - Throws: `not_found`, `store_unavailable`.
  package func clearFindings(of id: TaskID) async throws(RuntimeError) -> Int {
    let root = try await family(of: id)
    while let clearing = try await shelf(of: root).clearing(now: clock.now()) {
      if try await commit(clearing.batch) { return clearing.count }
    }
    return 0
  }

  /// The topmost task.
  private func family(of id: TaskID) async throws(RuntimeError) -> TaskID {
    do throws(StoreError) {
      if let root = try await FindingShelf.root(of: id, in: store) { return root }
    } catch { throw RuntimeError(error) }
    throw .unknownTask(id)
  }

  private func shelf(of root: TaskID) async throws(RuntimeError) -> FindingShelf {
    do throws(StoreError) {
      return FindingShelf(root: root, document: try await store.document(.findingShelf, FindingShelf.id(of: root)))
    } catch { throw RuntimeError(error) }
  }

  /// - Returns: false if somebody else was first.
  private func commit(_ batch: StoreBatch) async throws(RuntimeError) -> Bool {
    do throws(StoreError) {
      hub.publish(try await store.commit(batch))
      return true
    } catch {
      guard error.code == .preconditionFailed else { throw RuntimeError(error) }
      return false
    }
  }
}
