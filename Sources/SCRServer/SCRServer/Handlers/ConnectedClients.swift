package import SCRProtocol
package import SCRRuntime
import Synchronization

/// Who is connected to this runtime now, for `status`. It knows nothing of what they do.
package final class ConnectedClients: Sendable {
  private struct Client {
    let role: String
    let pid: Int32?
    let since: Timestamp
  }

  private let clients = Mutex<[UInt64: Client]>([:])

  package init() {}

  /// - Parameters:
  ///   - id: never used twice.
  ///   - role: `host` on the process's own pipes, else what it said of itself: `bridge` or `command`.
  ///   - pid: of the process that is connected; nil where nobody knows.
  package func joined(_ id: UInt64, role: String, pid: Int32?, at moment: Timestamp) {
    clients.withLock { $0[id] = Client(role: role, pid: pid, since: moment) }
  }

  package func left(_ id: UInt64) { clients.withLock { _ = $0.removeValue(forKey: id) } }

  /// `[{role, pid?, since}]`, those first that came first.
  package var json: JSONValue {
    let sorted = clients.withLock { $0.sorted { $0.key < $1.key } }
    return .array(
      sorted.map { _, client in
        var fields: JSONObject = ["role": .string(client.role)]
        fields["pid"] = client.pid.map { .integer(Int64($0)) }
        fields["since"] = .string(client.since.description)
        return .object(fields)
      })
  }
}
