import SCRConnection
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An HTTP/1.1 server on 127.0.0.1 that answers as a test tells it, byte by byte if need be. Each connection has a thread of
/// its own, so that a handler may block.
package final class TestHTTPServer: Sendable {
  package typealias Handler = @Sendable (TestHTTPRequest, TestHTTPConnection) -> Void

  package let port: Int
  package let requests = Signal<TestHTTPRequest>()
  /// Numbers of connections, as they are accepted.
  package let connections = Signal<Int>()
  /// Numbers of connections that the other side has closed.
  package let endings = Signal<Int>()

  private let listener: Int32
  private let open = Mutex<[Int: TestHTTPConnection]>([:])
  private let handler: Handler

  package init(_ handler: @escaping Handler) throws {
    self.handler = handler
    (listener, port) = try TestSocket.listen()
    WireThread.start { [weak self, listener] in
      var number = 0
      while true {
        let socket = accept(listener, nil, nil)
        guard socket >= 0 else { return }
        number += 1
        guard let self else {
          _ = TestSocket.close(socket)
          return
        }
        self.adopt(TestHTTPConnection(socket, number: number))
      }
    }
  }

  deinit { stop() }

  package var address: String { "http://127.0.0.1:\(port)" }

  /// Closes everything; a handler that waits for its peer comes back.
  package func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    for connection in open.withLock({ Array($0.values) }) { connection.close() }
  }

  private func adopt(_ connection: TestHTTPConnection) {
    open.withLock { $0[connection.number] = connection }
    connections.fire(connection.number)
    WireThread.start { [weak self, handler, requests, endings] in
      while let request = connection.readRequest() {
        requests.fire(request)
        handler(request, connection)
      }
      connection.close()
      endings.fire(connection.number)
      self?.open.withLock { $0[connection.number] = nil }
    }
  }
}

package struct TestHTTPRequest: Sendable {
  package let method: String
  package let path: String
  /// Names in lower case.
  package let headers: [String: String]
  package let body: [UInt8]
  package let connection: Int

  package var text: String { String(decoding: body, as: UTF8.self) }
}
