package import SCRConnection
package import SCRProtocol
import Synchronization

/// A handler in memory as the peer of a transcript.
package final class WirePeer: TranscriptPeer {
  private let client: WireClient
  private let read = Mutex(0)

  package init(_ handler: any ConnectionHandler, frameLimit: Int?) {
    var limits = Connection.Limits()
    if let frameLimit { limits.frame = frameLimit }
    client = WireClient(handler, limits: limits)
  }

  package func send(_ line: String) { client.send(line) }

  package func next() async -> JSONValue {
    let place = read.withLock { read in
      defer { read += 1 }
      return read
    }
    return await client.frames(place + 1)[place]
  }

  package func endInput() async {
    client.connection.endOfInput()
    await client.connection.drained()
  }

  package func leftovers() -> [JSONValue] { Array(client.allFrames.dropFirst(read.withLock { $0 })) }
}
