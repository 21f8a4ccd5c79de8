import SCRRuntime
import Synchronization

/// Who wants to know when the content of a server's resources changes.
final class ResourceWatches: Sendable {
  /// Different addresses of one server; a client that watches more gets no news of them.
  static let limit = 1000

  private struct State {
    var watchers: [String: [Int: @Sendable () -> Void]] = [:]
    var next = 0
  }

  private let state = Mutex(State())
  /// Rung when the set of addresses is another.
  let changed = Bell()

  var addresses: [String] { state.withLock { $0.watchers.keys.sorted() } }

  func add(_ uri: String, _ onUpdate: @escaping @Sendable () -> Void) -> ToolListObservation? {
    let added = state.withLock { state -> (id: Int, isNew: Bool)? in
      let isNew = state.watchers[uri] == nil
      if isNew, state.watchers.count >= Self.limit { return nil }
      state.next += 1
      state.watchers[uri, default: [:]][state.next] = onUpdate
      return (state.next, isNew)
    }
    guard let added else { return nil }
    if added.isNew { changed.ring() }
    return ToolListObservation { [weak self] in self?.remove(uri, added.id) }
  }

  private func remove(_ uri: String, _ id: Int) {
    let isLast = state.withLock { state in
      state.watchers[uri]?[id] = nil
      guard state.watchers[uri]?.isEmpty == true else { return false }
      state.watchers[uri] = nil
      return true
    }
    if isLast { changed.ring() }
  }

  /// An update of a resource is one of what contains it as well, as the specification has it.
  func updated(_ uri: String) {
    let watchers = state.withLock { state in
      state.watchers.filter { uri == $0.key || uri.hasPrefix($0.key + "/") }.flatMap(\.value.values)
    }
    for watcher in watchers { watcher() }
  }
}
