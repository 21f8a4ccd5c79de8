package import SCRRuntime

/// How long a client's first look at the tools waits for servers that still start (interface.md §4).
package struct ServerPatience: Sendable {
  private let registry: ToolRegistry
  private let clock: any RuntimeClock
  private let limit: Duration

  package init(_ registry: ToolRegistry, clock: any RuntimeClock, limit: Duration = .seconds(5)) {
    self.registry = registry
    self.clock = clock
    self.limit = limit
  }

  /// Whether more tools may come by themselves.
  package var isStarting: Bool {
    registry.sources.contains { source in
      switch source.status.state {
      case .configured, .starting, .restarting: true
      case .ready, .failed, .stopped, .disabled, .needsApproval: false
      }
    }
  }

  package func settle() async {
    if isStarting { await registry.settle(within: limit, by: clock) }
  }
}
