import SCRProtocol

/// All that operators have said about the queue, as it lies in the store: one document for the whole queue, one for each
/// class, one for each weight. The documents are read once, when they are first needed.
actor QueueControls {
  struct Snapshot: Sendable, Hashable {
    /// Counts changes in this life: a later snapshot has a larger one.
    var version = 0
    var all = QueueControl()
    var classes: [String: QueueControl] = [:]
    var weights: [String: Int] = [:]
    /// What was left of the rate limits when it was last written down.
    var rates: [String: TokenBucket] = [:]

    /// When the first of the holds ends by itself.
    var nearestEnd: Timestamp? {
      ([all] + classes.values).flatMap { [$0.pause?.end, $0.drain?.end] }.compactMap { $0 }.min()
    }

    subscript(scope: QueueScope) -> QueueControl {
      switch scope {
      case .all: all
      case .taskClass(let name): classes[name] ?? QueueControl()
      }
    }
  }

  /// Classes with a control of their own.
  static let classLimit = 1000

  private let store: any TaskStore
  private let clock: any RuntimeClock
  private let weightLimit: Int
  private var snapshot: Snapshot?
  private var version = 0
  private var revisions: [String: Int64] = [:]

  init(store: any TaskStore, clock: any RuntimeClock, weightLimit: Int = FairQueueRules().weightLimit) {
    self.store = store
    self.clock = clock
    self.weightLimit = weightLimit
  }

  func current() async throws(StoreError) -> Snapshot {
    if let snapshot { return snapshot }
    let begun = version
    var found = Snapshot()
    var written: [String: Int64] = [:]
    var query = DocumentQuery(.queueControl, limit: 500)
    repeat {
      let page = try await store.documents(query)
      for document in page.documents {
        if case .control = QueueDocument(id: document.id) { written[document.id] = document.revision }
        read(document, into: &found)
      }
      query.cursor = page.nextCursor
    } while query.cursor != nil
    // Whoever else read them meanwhile may have changed them since.
    if let snapshot { return snapshot }
    // A change that was committed meanwhile may be missing in what was read.
    if version != begun { return try await current() }
    found.version = version
    snapshot = found
    // All of them: a commit that failed as far as we were told may have removed some.
    revisions = written
    return found
  }

  private func read(_ document: StoreDocument, into snapshot: inout Snapshot) {
    switch QueueDocument(id: document.id) {
    case .control(let scope):
      switch scope {
      case .all: snapshot.all = QueueControl(json: document.body)
      case .taskClass(let name): snapshot.classes[name] = QueueControl(json: document.body)
      }
    case .weight(let key): snapshot.weights[key] = document.body["weight"]?.integerValue.flatMap { Int(exactly: $0) }
    case .rate(let name): snapshot.rates[name] = TokenBucket(json: document.body)
    case nil: break
    }
  }

  /// - Returns: the events of the commit, to be published.
  /// - Throws: `RuntimeError` `invalid_params` at the limit of controlled classes, `store_unavailable`.
  func change(
    _ scope: QueueScope, events: [EventDraft] = [], _ edit: @Sendable (inout QueueControl) -> Void
  ) async throws(RuntimeError) -> [RuntimeEvent] {
    var attempt = 0
    while true {
      attempt += 1
      do throws(StoreError) {
        let known = try await current()
        var control = known[scope]
        edit(&control)
        if let name = scope.taskClass, known.classes[name] == nil, known.classes.count >= Self.classLimit {
          throw StoreError(.failed, Self.tooManyClasses)
        }
        return try await put(control, of: scope, events)
      } catch {
        // Somebody else changed it in the same moment: on the newer one, then.
        if error.code == .preconditionFailed, attempt < Self.attempts {
          forget()
          continue
        }
        if error.message == Self.tooManyClasses {
          throw RuntimeError(
            .invalidParams, Self.tooManyClasses, hint: "resume classes or lift their limits first", path: "class")
        }
        throw RuntimeError(error)
      }
    }
  }

  /// - Throws: `.preconditionFailed` where somebody else wrote it; to be read anew after ``forget()``.
  func put(_ control: QueueControl, of scope: QueueScope, _ events: [EventDraft]) async throws(StoreError)
    -> [RuntimeEvent]
  {
    let published = try await put(.control(scope), control.isPlain ? Optional.none : .some(control.json), events)
    switch scope {
    case .all: snapshot?.all = control
    case .taskClass(let name): snapshot?.classes[name] = control.isPlain ? nil : control
    }
    changed()
    return published
  }

  /// What is known is no longer so.
  func forget() { snapshot = nil }

  /// Of one change, while others change the same.
  private static let attempts = 16

  private static let tooManyClasses = "\(classLimit) classes have a pause or limits already, which is the most"

  /// - Throws: `RuntimeError` `invalid_params` for weights beyond the limit of keys.
  func setWeights(_ weights: [String: Int]) async throws(RuntimeError) {
    for (key, weight) in weights.sorted(by: { $0.key < $1.key }) {
      try await roomForWeight(of: key, weight)
      do throws(StoreError) {
        _ = try await put(.weight(key), weight == 1 ? Optional.none : .some(["weight": JSONValue(weight)]), [])
      } catch { throw RuntimeError(error) }
      snapshot?.weights[key] = weight == 1 ? nil : weight
      changed()
    }
  }

  private func changed() {
    version += 1
    snapshot?.version = version
  }

  /// What a submission has to write down so that its key has this weight; nil where it has.
  /// - Throws: as ``setWeights(_:)``.
  func weightChange(_ key: String, to weight: Int) async throws(RuntimeError) -> StoreChange? {
    guard (try await known().weights[key] ?? 1) != weight else { return nil }
    try await roomForWeight(of: key, weight)
    let document = QueueDocument.weight(key)
    if weight == 1 { return .removeDocument(.queueControl, document.id) }
    return .putDocument(
      StoreDocument(.queueControl, id: document.id, body: ["weight": JSONValue(weight)], now: clock.now()))
  }

  /// The change has been committed.
  func tookWeight(_ weight: Int, of key: String) {
    snapshot?.weights[key] = weight == 1 ? nil : weight
    changed()
  }

  private func known() async throws(RuntimeError) -> Snapshot {
    do throws(StoreError) { return try await current() } catch { throw RuntimeError(error) }
  }

  private func roomForWeight(of key: String, _ weight: Int) async throws(RuntimeError) {
    let weights = try await known().weights
    guard weight == 1 || weights[key] != nil || weights.count < weightLimit else {
      throw RuntimeError(
        .invalidParams, "\(weightLimit) keys have a weight of their own already, which is the most",
        hint: "set others back to 1 first", path: "weight")
    }
  }

  /// - Parameter body: none removes the document; a bare `nil` would be JSON's null.
  private func put(
    _ document: QueueDocument, _ body: JSONValue?, _ events: [EventDraft]
  ) async throws(StoreError) -> [RuntimeEvent] {
    let now = clock.now()
    var batch = StoreBatch(at: now, events: events)
    let expected = revisions[document.id]
    if case .control = document {
      batch.preconditions = [.documentRevision(.queueControl, document.id, expected)]
    }
    if let body {
      batch.changes = [.putDocument(StoreDocument(.queueControl, id: document.id, body: body, now: now))]
    } else {
      batch.changes = [.removeDocument(.queueControl, document.id)]
    }
    let published = try await store.commit(batch)
    guard case .control = document else { return published }
    revisions[document.id] = body == nil ? nil : (expected ?? 0) + 1
    return published
  }
}

/// The documents of kind ``DocumentKind/queueControl``.
enum QueueDocument: Sendable, Hashable {
  case control(QueueScope)
  case weight(String)
  case rate(String)

  var id: String {
    switch self {
    case .control(.all): "queue"
    case .control(.taskClass(let name)): "class/\(name)"
    case .weight(let key): "weight/\(key)"
    case .rate(let name): "rate/\(name)"
    }
  }

  init?(id: String) {
    let parts = id.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    switch (parts[0], parts.count) {
    case ("queue", 1): self = .control(.all)
    case ("class", 2): self = .control(.taskClass(parts[1]))
    case ("weight", 2): self = .weight(parts[1])
    case ("rate", 2): self = .rate(parts[1])
    default: return nil
    }
  }
}
