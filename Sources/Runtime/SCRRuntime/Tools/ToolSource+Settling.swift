extension ToolSource {
  /// Waits until it is ready, or has failed to become so. One that dies in the moment in which it was found ready is on
  /// its way back, and is waited for as well.
  ///
  /// - Returns: how it is then, or when `limit` is over.
  func settled(within limit: Duration, by clock: any RuntimeClock) async -> ToolServerStatus {
    let settled = try? await withinTime(limit, by: clock) { () -> ToolServerStatus? in
      while !Task.isCancelled {
        await self.settle()
        let status = self.status
        if status.state.isSettled { return status }
      }
      return nil
    }
    return (settled ?? nil) ?? status
  }
}

extension ToolServerStatus.State {
  /// Nothing is under way that a caller could wait for.
  package var isSettled: Bool {
    switch self {
    case .ready, .failed, .stopped, .disabled, .needsApproval: true
    case .configured, .starting, .restarting: false
    }
  }
}
