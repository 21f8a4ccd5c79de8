import MCPClient
import SCRProtocol
import SCRRuntime

// What a server that is up says of its lists, and how they are read again.
extension ToolServerSource {
  /// Follows the server's news until the task is cancelled.
  func follow(_ server: ToolServerProcess, _ news: ServerNews) async {
    let peer = server.session.peer
    var first: Set<ServerChange> = []
    if peer?.offersPrompts == true { first.insert(.prompts) }
    if peer?.offersResources == true { first.insert(.resources) }
    if !first.isEmpty { news.mark(first) }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [self] in await relist(server, news) }
      if peer?.revision.isModern == true {
        group.addTask { [self] in await keepListening(server, news) }
      } else if peer?.offersResourceUpdates == true {
        group.addTask { [self] in await keepWatching(server) }
      }
      await group.waitForAll()
    }
  }

  private func relist(_ server: ToolServerProcess, _ news: ServerNews) async {
    var pause = RetryPause()
    while !Task.isCancelled {
      var failed: Set<ServerChange> = []
      for change in await news.next() where await !read(change, of: server) { failed.insert(change) }
      if failed.isEmpty {
        pause = RetryPause()
      } else {
        guard (try? await clock.sleep(for: pause.next())) != nil else { return }
        news.mark(failed)
      }
    }
  }

  /// - Returns: false where it has to be tried again.
  private func read(_ change: ServerChange, of server: ToolServerProcess) async -> Bool {
    let (session, limit) = (server.session, startupTimeout)
    do {
      switch change {
      case .tools:
        let listing = try await session.listTools(timeout: limit)
        update { state in
          state.take(listing)
          state.status.reason = nil
        }
      case .prompts:
        let prompts = try await session.listPrompts(timeout: limit)
        updateContent { $0.prompts = prompts }
      case .resources:
        let resources = try await session.listResources(timeout: limit)
        let templates = try await session.listResourceTemplates(timeout: limit)
        updateContent { ($0.resources, $0.templates) = (resources, templates) }
      case .resource(let uri): watches.updated(uri)
      }
      return true
    } catch {
      // The end of its life tells its own reason.
      if Task.isCancelled { return true }
      let list = if case .tools = change { "tools" } else { "\(change)" }
      update {
        $0.status.reason = "its changed list of \(list) could not be read, so the one before counts: \(error)"
      }
      // A server that refuses what it offers will go on so; a list of tools is worth the trouble.
      if case .tools = change { return false }
      return error is RPCError
    }
  }

  // MARK: Being told

  /// Keeps a subscription of the modern era open, with the resources that are watched at the moment.
  private func keepListening(_ server: ToolServerProcess, _ news: ServerNews) async {
    guard let peer = server.session.peer else { return }
    var pause = RetryPause()
    var silences = 0
    var mayHaveMissed = false
    while !Task.isCancelled {
      var filter = peer.changes
      if peer.offersResourceUpdates { filter.resourceSubscriptions = watches.addresses }
      if filter.isEmpty {
        if !peer.offersResourceUpdates { return }
        await watches.changed.wait()
        continue
      }
      switch await listen(server, filter, mayHaveMissed ? news : nil) {
      case .success(nil): break
      case .success(.refused(let error)):
        return update { $0.status.reason = "it tells of no changes of its lists: \(error)" }
      case .success(.some(let end)):
        if end == .notAcknowledged { silences += 1 }
        // Whoever never acknowledges has no subscriptions; its notifications, if it sends any, are heard all the same.
        if silences >= 3 {
          return update {
            $0.status.reason = "it does not acknowledge subscriptions, so changes of its lists may be missed"
          }
        }
        mayHaveMissed = true
        guard (try? await clock.sleep(for: pause.next())) != nil else { return }
      // Its life ends.
      case .failure: return
      }
    }
  }

  /// - Parameter news: gets what may have been missed before the subscription was there; nil for nothing.
  /// - Returns: nil when other resources are to be watched.
  private func listen(
    _ server: ToolServerProcess, _ filter: SubscriptionFilter, _ news: ServerNews?
  ) async -> Result<ListenEnd?, any Error> {
    let watches = watches
    return await withTaskGroup(of: Result<ListenEnd?, any Error>.self) { group in
      group.addTask { [startupTimeout] in
        do {
          return .success(
            try await server.session.listen(
              filter, patience: startupTimeout,
              onAcknowledged: { honoured in
                if honoured.toolsListChanged { news?.mark([.tools]) }
                if honoured.promptsListChanged { news?.mark([.prompts]) }
                if honoured.resourcesListChanged { news?.mark([.resources]) }
              }))
        } catch { return .failure(error) }
      }
      group.addTask {
        await watches.changed.wait()
        return .success(nil)
      }
      defer { group.cancelAll() }
      return await group.next() ?? .success(nil)
    }
  }

  /// Tells a legacy server which resources are watched.
  private func keepWatching(_ server: ToolServerProcess) async {
    var told: Set<String> = []
    while !Task.isCancelled {
      let wanted = Set(watches.addresses)
      for uri in wanted.symmetricDifference(told).sorted() {
        let isWatched = wanted.contains(uri)
        // One that cannot be watched is not worth another try: its watcher hears nothing.
        try? await server.session.watchResource(uri, isWatched, timeout: startupTimeout)
        if isWatched { told.insert(uri) } else { told.remove(uri) }
      }
      if Task.isCancelled { return }
      await watches.changed.wait()
    }
  }
}
