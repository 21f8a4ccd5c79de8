import Synchronization

/// A runtime's configuration as it is now: read anew for every use, since limits and tool servers may change while the
/// runtime lives. Where it works and how long its leases are stays as it was at the start.
package final class LiveConfiguration: Sendable {
  private let value: Mutex<RuntimeConfiguration>

  package init(_ configuration: RuntimeConfiguration) { value = Mutex(configuration) }

  package var current: RuntimeConfiguration { value.withLock { $0 } }

  package func change(_ body: (inout RuntimeConfiguration) -> Void) {
    value.withLock { configuration in
      let start = configuration
      body(&configuration)
      configuration.workspaceRoot = start.workspaceRoot
      configuration.lease = start.lease
    }
  }
}
