import SCRConnection
import SCRProtocol
import Synchronization

/// One `subscriptions/listen`: says what it honours, then tells of that alone, each with its id. While the client does
/// not read, of one thing only the newest is kept.
final class Subscription: Sendable {
  private enum Phase {
    /// Nothing may be said before the acknowledgement; what happens meanwhile is kept, newest by thing.
    case opening, open, over
  }

  private struct Note: Sendable {
    let method: String
    let key: RequestID
    let params: JSONObject
  }

  private struct State {
    var phase = Phase.opening
    var early: [Note] = []
    var methods: [RequestID: String] = [:]
    var hasEnded = false
    var waiter: CheckedContinuation<Void, any Error>?
  }

  let id: RequestID
  private weak let connection: Connection?
  private let state = Mutex(State())

  init(_ id: RequestID, _ connection: Connection) {
    self.id = id
    self.connection = connection
  }

  var meta: JSONValue { [MetaKey.subscriptionID.description: id.json] }

  /// Tells until ``end()``.
  /// - Throws: `CancellationError`; nothing is sent from then on.
  func run(_ filter: SubscriptionFilter, _ offer: ServerOffer) async throws {
    try await withTaskCancellationHandler {
      let (honoured, observations) = await observe(filter, offer)
      open(honoured)
      defer { withExtendedLifetime(observations) { _ = close() } }
      try await withCheckedThrowingContinuation { continuation in
        let ready: Result<Void, any Error>? = state.withLock { state in
          if state.phase == .over { return .failure(CancellationError()) }
          if state.hasEnded { return .success(()) }
          state.waiter = continuation
          return nil
        }
        if let ready { continuation.resume(with: ready) }
      }
    } onCancel: {
      close()?.resume(throwing: CancellationError())
    }
  }

  /// The connection ends: the subscription comes to its end in order.
  func end() {
    let waiter = state.withLock { state in
      state.hasEnded = true
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  @discardableResult
  private func close() -> CheckedContinuation<Void, any Error>? {
    state.withLock { state in
      state.phase = .over
      for (key, method) in state.methods { connection?.dropLatest(method, token: key) }
      defer { (state.waiter, state.methods, state.early) = (nil, [:], []) }
      return state.waiter
    }
  }

  private func open(_ honoured: SubscriptionFilter) {
    state.withLock { state in
      guard state.phase == .opening else { return }
      connection?.notify(
        "notifications/subscriptions/acknowledged", params: ["_meta": meta, "notifications": honoured.json])
      state.phase = .open
      for note in state.early { send(note, &state) }
      state.early = []
    }
  }

  // MARK: What it tells

  private func tell(_ method: String, of thing: String = "", _ params: JSONObject = [:]) {
    var params = params
    params["_meta"] = meta
    let note = Note(method: method, key: .string("\(id) \(thing)"), params: params)
    state.withLock { state in
      switch state.phase {
      case .open: send(note, &state)
      case .opening:
        state.early.removeAll { $0.method == method && $0.key == note.key }
        state.early.append(note)
      case .over: break
      }
    }
  }

  private func send(_ note: Note, _ state: inout State) {
    state.methods[note.key] = note.method
    connection?.notifyLatest(note.method, token: note.key, params: .object(note.params))
  }

  private typealias Observations = [any AnyObject & Sendable]

  /// - Returns: what there is to tell of, and what must be held for it to be told.
  private func observe(_ filter: SubscriptionFilter, _ offer: ServerOffer) async -> (SubscriptionFilter, Observations) {
    var honoured = SubscriptionFilter()
    var held: Observations = []
    func lists(_ method: String) -> @Sendable () -> Void { { [weak self] in self?.tell(method, of: method) } }
    if filter.toolsListChanged, let tools = offer.tools, tools.tellsOfChanges {
      tools.observeChanges(lists("notifications/tools/list_changed")).map { held.append($0) }
      honoured.toolsListChanged = true
    }
    if filter.promptsListChanged, let prompts = offer.prompts, prompts.tellsOfListChanges {
      prompts.observeList(lists("notifications/prompts/list_changed")).map { held.append($0) }
      honoured.promptsListChanged = true
    }
    if filter.resourcesListChanged, let resources = offer.resources, resources.tellsOfListChanges {
      resources.observeList(lists("notifications/resources/list_changed")).map { held.append($0) }
      honoured.resourcesListChanged = true
    }
    if let resources = offer.resources, resources.tellsOfUpdates {
      for uri in filter.resourceSubscriptions {
        let updates = await resources.observe(uri) { [weak self] in
          self?.tell("notifications/resources/updated", of: "resource \(uri)", ["uri": .string(uri)])
        }
        guard let updates else { continue }
        held.append(updates)
        honoured.resourceSubscriptions.append(uri)
      }
    }
    if let tasks = offer.tasks {
      for id in filter.taskIDs {
        let changes = await tasks.observe(id) { [weak self] task in
          self?.tell("notifications/tasks", of: "task \(id)", task.detail)
        }
        guard let changes else { continue }
        held.append(changes)
        honoured.taskIDs.append(id)
      }
    }
    return (honoured, held)
  }
}
