import SCRProtocol

/// Sums of a day's requests, one document for each provider, model and role: of chats, and of tasks that were removed.
package enum ModelDays {
  /// How long a day is remembered.
  package static let life: Duration = .seconds(400 * 86_400)
  private static let attempts = 20

  /// Adds to the days' sums in a commit of its own; tried again while others add to the same.
  /// - Throws: `StoreError`.
  package static func add(
    _ ledger: ModelLedger, to store: any TaskStore, now: Timestamp
  ) async throws(StoreError) {
    if ledger.isEmpty { return }
    var tries = 0
    while true {
      let batch = try await self.batch(adding: ledger, to: store, now: now)
      do throws(StoreError) {
        _ = try await store.commit(batch)
        return
      } catch {
        tries += 1
        guard error.code == .preconditionFailed, tries < attempts else { throw error }
      }
    }
  }

  /// What adds the rows to the days' sums, for a commit that finds these as they are now.
  static func batch(
    adding ledger: ModelLedger, to store: any TaskStore, now: Timestamp
  ) async throws(StoreError) -> StoreBatch {
    var batch = StoreBatch(at: now)
    for (key, row) in ledger.grouped(\.ofDay).sorted {
      let id = id(of: key)
      let old = try await store.document(.modelDay, id)
      var sum = old.flatMap { ModelLedger.Row(json: $0.body) } ?? ModelLedger.Row()
      sum += row
      batch.preconditions.append(.documentRevision(.modelDay, id, old?.revision))
      batch.changes.append(
        .putDocument(StoreDocument(.modelDay, id: id, isOpen: false, body: body(key, sum), now: now)))
    }
    return batch
  }

  static func read(since first: String, from store: any TaskStore) async throws(StoreError) -> ModelLedger {
    var ledger = ModelLedger()
    var query = DocumentQuery(.modelDay, limit: 500)
    repeat {
      let page = try await store.documents(query)
      for body in page.documents.map(\.body) {
        guard let key = key(body), key.day ?? "" >= first, let row = ModelLedger.Row(json: body) else { continue }
        ledger.add(key) { $0 += row }
      }
      query.cursor = page.nextCursor
    } while query.cursor != nil
    return ledger
  }

  /// Removes days that are long past.
  static func prune(_ store: any TaskStore, now: Timestamp) async throws(StoreError) {
    let last = (now - life).day
    while true {
      let page = try await store.documents(DocumentQuery(.modelDay, limit: 100))
      let past = page.documents.filter { ($0.body["day"]?.stringValue ?? "") < last }
      if past.isEmpty { return }
      _ = try await store.commit(StoreBatch(at: now, changes: past.map { .removeDocument(.modelDay, $0.id) }))
    }
  }

  private static func id(of key: ModelLedger.Key) -> String {
    JSONValue.array([key.day ?? "", key.provider, key.model, key.role].map { .string($0) }).jsonText
  }

  private static func body(_ key: ModelLedger.Key, _ row: ModelLedger.Row) -> JSONValue {
    var fields: JSONObject = [
      "day": .string(key.day ?? ""), "provider": .string(key.provider), "model": .string(key.model),
      "role": .string(key.role),
    ]
    for field in row.json { fields[field.key] = field.value }
    return .object(fields)
  }

  private static func key(_ body: JSONValue) -> ModelLedger.Key? {
    guard let day = body["day"]?.stringValue, let provider = body["provider"]?.stringValue,
      let model = body["model"]?.stringValue, let role = body["role"]?.stringValue
    else { return nil }
    return ModelLedger.Key(day: day, role: role, provider: provider, model: model)
  }
}

extension ModelLedger.Key {
  /// Without whom it was for.
  fileprivate var ofDay: Self { Self(day: day, role: role, provider: provider, model: model) }
}
