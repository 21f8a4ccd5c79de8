import SCRConnection
import SCRProtocol
import Synchronization

/// What a connection knows of its client: only revisions with `initialize` have such a thing, the modern era says all of
/// it with each request.
final class ClientSession: Sendable {
  struct Client: Sendable {
    var capabilities = ClientCapabilities()
    var info: Implementation?
    /// By `logging/setLevel`; until then nothing is logged to the client.
    var logLevel: LoggingLevel?
  }

  private struct State {
    var admission: Admission
    var client = Client()
    var isReady = false
    var hasEnded = false
    var lists: [any AnyObject & Sendable] = []
    var resources: [String: any AnyObject & Sendable] = [:]
  }

  private let state: Mutex<State>

  init(isNative: @escaping @Sendable (String) -> Bool) {
    state = Mutex(State(admission: Admission(isNative: isNative)))
  }

  @inline(__always)
  func decide(_ method: String, _ meta: RequestMeta) -> Admission.Decision {
    state.withLock { $0.admission.decide(method, meta) }
  }

  var legacyRevision: ProtocolRevision? { state.withLock(\.admission.legacyRevision) }

  /// Who sent this request.
  func client(_ era: Era, _ meta: JSONSlice?) -> Client {
    guard era.isModern else { return state.withLock(\.client) }
    let members = meta?.members(MetaKey.clientCapabilities, MetaKey.clientInfo, MetaKey.clientInfo)
    func value(_ slice: JSONSlice?) -> JSONValue? { try? slice?.value() }
    return Client(
      capabilities: ClientCapabilities(value(members?.0)?.objectValue ?? [:]),
      info: value(members?.1).flatMap(Implementation.init))
  }

  func initialized(_ revision: ProtocolRevision, _ client: Client) {
    state.withLock { state in
      state.admission.initialized(revision)
      state.client = client
    }
  }

  /// - Returns: whether this is the first `notifications/initialized` after `initialize`.
  func becomeReady() -> Bool {
    state.withLock { state in
      if state.isReady || state.admission.legacyRevision == nil { return false }
      state.isReady = true
      return true
    }
  }

  func setLogLevel(_ level: LoggingLevel) { state.withLock { $0.client.logLevel = level } }

  // MARK: What it is told of

  func keep(_ observation: (any AnyObject & Sendable)?) {
    guard let observation else { return }
    state.withLock { if !$0.hasEnded { $0.lists.append(observation) } }
  }

  /// Nil while the limit is reached.
  func subscribe(_ uri: String, _ observation: any AnyObject & Sendable, limit: Int) -> Bool {
    let old = state.withLock { state -> (any AnyObject & Sendable)?? in
      if state.hasEnded || (state.resources[uri] == nil && state.resources.count >= limit) { return .none }
      return .some(state.resources.updateValue(observation, forKey: uri))
    }
    return old != nil
  }

  func unsubscribe(_ uri: String) {
    // Released outside of the lock: it may call back.
    _ = state.withLock { $0.resources.removeValue(forKey: uri) }
  }

  func inputEnded() {
    let held = state.withLock { state in
      state.hasEnded = true
      defer { (state.lists, state.resources) = ([], [:]) }
      return (state.lists, state.resources)
    }
    withExtendedLifetime(held) {}
  }
}
