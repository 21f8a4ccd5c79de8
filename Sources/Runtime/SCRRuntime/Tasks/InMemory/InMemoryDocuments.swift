/// Documents by kind and id, numbered in the order of their first write.
struct InMemoryDocuments: Sendable {
  struct Key: Hashable, Sendable {
    let kind: DocumentKind
    let id: String
  }

  struct Row: Sendable {
    let number: Int64
    var document: StoreDocument
  }

  private var rows: [Key: Row] = [:]
  private var lastNumber: Int64 = 0

  subscript(_ key: Key) -> Row? {
    get { rows[key] }
    set { rows[key] = newValue }
  }

  mutating func put(_ document: StoreDocument, at moment: Timestamp) {
    let key = Key(kind: document.kind, id: document.id)
    var new = document
    let old = rows[key]
    new.updatedAt = moment
    new.createdAt = old?.document.createdAt ?? moment
    new.revision = (old?.document.revision ?? 0) + 1
    if old == nil { lastNumber += 1 }
    rows[key] = Row(number: old?.number ?? lastNumber, document: new)
  }

  mutating func remove(of task: TaskID) { rows = rows.filter { $0.value.document.taskID != task } }

  func page(_ query: DocumentQuery) throws(StoreError) -> DocumentPage {
    let start = try query.cursor.map { cursor throws(StoreError) in try TaskCursor(cursor).number }
    var found = rows.values.filter { query.includes($0.document) }.sorted { $0.number < $1.number }
    switch query.order {
    case .oldestFirst: found = found.filter { row in start.map { row.number > $0 } ?? true }
    case .newestFirst: found = found.reversed().filter { row in start.map { row.number < $0 } ?? true }
    case .dueFirst:
      let due = found.compactMap { row in row.document.dueAt.map { ($0, row) } }
      found = due.sorted { ($0.0, $0.1.number) < ($1.0, $1.1.number) }.map(\.1)
    }
    let page = found.prefix(query.pageSize)
    let isCut = found.count > page.count && query.order != .dueFirst
    return DocumentPage(
      documents: page.map(\.document),
      nextCursor: isCut ? page.last.map { TaskCursor(number: $0.number).text } : nil)
  }

  func nearestDue(_ kind: DocumentKind) -> Timestamp? {
    rows.values.lazy.filter { $0.document.kind == kind && $0.document.isOpen }.compactMap(\.document.dueAt).min()
  }
}

extension DocumentQuery {
  func includes(_ document: StoreDocument) -> Bool {
    document.kind == kind && (taskID.map { $0 == document.taskID } ?? true)
      && (isOpen.map { $0 == document.isOpen } ?? true)
      && (dueBy.map { due in document.dueAt.map { $0 <= due } ?? false } ?? true)
  }
}
