package import SCRProtocol
import SCRConnection

extension MCPSession {
  /// Opens a subscription of the modern era and keeps it until the server ends it or the task is cancelled; the server is
  /// told then. Changes of lists and resources also reach the session's `onChange`.
  ///
  /// - Parameters:
  ///   - patience: how long the acknowledgement may take.
  ///   - onAcknowledged: gets what the server honours of the filter.
  ///   - onNotification: gets method and parameters of everything after it.
  /// - Throws: ``ConnectionError``, `CancellationError`.
  package func listen(
    _ filter: SubscriptionFilter, patience: Duration,
    onAcknowledged: @escaping @Sendable (SubscriptionFilter) -> Void = { _ in },
    onNotification: @escaping @Sendable (String, JSONValue) -> Void = { _, _ in }
  ) async throws -> ListenEnd {
    let subscription = Subscription(onAcknowledged: onAcknowledged, onNotification: onNotification)
    return try await withThrowingTaskGroup(of: ListenEnd?.self) { group in
      group.addTask { [self] in try await result(of: subscription, filter) }
      group.addTask { await subscription.ended() }
      group.addTask { [clock] in
        let isThere: Void? = try await withDeadline(patience, clock: clock) { await subscription.acknowledged() }
        if isThere == nil { return .notAcknowledged }
        return nil
      }
      defer { group.cancelAll() }
      while let end = try await group.next() { if let end { return end } }
      throw CancellationError()
    }
  }

  private func result(of subscription: Subscription, _ filter: SubscriptionFilter) async throws -> ListenEnd {
    let options = CallOptions(timeout: nil)
    var opened: RequestID?
    defer { if let opened { inbox.end(listen: opened) } }
    do {
      _ = try await connection().call("subscriptions/listen") { id in
        opened = id
        inbox.begin(id, subscription)
        var declared = DeclaredCapabilities(of: [answerer])
        declared.tasks = !filter.taskIDs.isEmpty
        return ["notifications": filter.json, "_meta": meta(nil, options, declared)]
      }
      return .graceful
    } catch let error as RPCError { return .refused(error) }
  }
}
