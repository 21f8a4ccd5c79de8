package import SCRProcess
package import SCRProtocol
import Synchronization

/// Which era a server spoke at its last start, so that the next one of the same command need not find out again: after
/// silence that costs the whole time for the probe. Lasts as long as the process.
package final class EraCache: Sendable {
  private static let limit = 1000
  private let eras = Mutex<[ProcessSpec: ProtocolRevision]>([:])

  package init() {}

  /// Whether the probe can be left out. A modern server is asked each time, since its answer says what it offers.
  func isLegacy(_ spec: ProcessSpec) -> Bool { eras.withLock { $0[spec] }.map { !$0.isModern } ?? false }

  package func revision(_ spec: ProcessSpec) -> ProtocolRevision? { eras.withLock { $0[spec] } }

  func keep(_ spec: ProcessSpec, _ revision: ProtocolRevision) {
    eras.withLock { eras in
      // Nobody has so many servers; configurations that changed thousands of times may go.
      if eras.count >= Self.limit { eras = [:] }
      eras[spec] = revision
    }
  }

  /// It did not behave as remembered.
  package func forget(_ spec: ProcessSpec) { eras.withLock { $0[spec] = nil } }
}
