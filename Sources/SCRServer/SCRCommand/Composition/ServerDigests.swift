import SCRProtocol
import SCRServer
import Synchronization

/// What the definitions of sets of tool servers come to, each set counted once: every task asks at its submission and
/// before it is claimed.
final class ServerDigests: Sendable {
  private let servers: [ServerSettings]
  private let known = Mutex<[Set<String>: String]>([:])

  /// Sets that are kept; beyond, they are counted each time.
  private static let limit = 256

  init(_ servers: [ServerSettings]) { self.servers = servers }

  /// SHA-256 over the definitions of the named servers.
  func digest(of names: Set<String>) -> String {
    if let digest = known.withLock({ $0[names] }) { return digest }
    let definitions = servers.filter { names.contains($0.name) }
    let digest = Trust.digest(
      .object(JSONObject(definitions.map { JSONField(key: $0.name, value: $0.wording.identity) })))
    known.withLock { known in
      if known.count < Self.limit { known[names] = digest }
    }
    return digest
  }
}
