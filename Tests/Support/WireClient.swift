package import SCRConnection
package import SCRProtocol

/// A peer in memory: what it sends goes straight into the connection, what comes back is kept frame by frame.
package final class WireClient: Sendable {
  package let connection: Connection
  private let received: Signal<JSONValue>

  package init(_ handler: any ConnectionHandler, limits: Connection.Limits = Connection.Limits()) {
    let received = Signal<JSONValue>()
    self.received = received
    connection = Connection(handler: handler, sink: CollectingSink { received.fire($0) }, limits: limits)
  }

  /// Sends lines; a newline is added to each.
  package func send(_ lines: String...) {
    for line in lines { Array((line + "\n").utf8).withUnsafeBytes { connection.receive($0) } }
  }

  /// Everything that came, as soon as there are `count` frames.
  package func frames(_ count: Int) async -> [JSONValue] { await received.values(count) }
  package var allFrames: [JSONValue] { received.all }

  /// Sends one line and gives the next frame.
  package func ask(_ line: String) async -> JSONValue {
    let before = received.all.count
    send(line)
    return await received.values(before + 1)[before]
  }
}

extension JSONValue {
  /// A literal that is known to be JSON.
  package init(json text: String) { self = (try? JSONParser.parse(text)) ?? .string("not JSON: \(text)") }
}
