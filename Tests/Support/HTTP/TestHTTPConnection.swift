import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One connection, from the server's side. Its functions block.
package final class TestHTTPConnection: Sendable {
  package let number: Int
  private let socket: Int32
  private let isClosed = Mutex(false)
  /// Read and not yet used; only the connection's thread comes here.
  private let pending = Mutex<[UInt8]>([])

  init(_ socket: Int32, number: Int) {
    self.socket = socket
    self.number = number
    var yes: Int32 = 1
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { _ = TestSocket.close(socket) }

  /// - Returns: false if the other side is gone.
  @discardableResult
  package func send(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      #if canImport(Glibc)
        let flags = Int32(MSG_NOSIGNAL)
      #else
        let flags: Int32 = 0
      #endif
      let count = rest.withUnsafeBytes { Self.send(socket, $0, flags) }
      if count <= 0 { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  @discardableResult
  package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  private static func send(_ socket: Int32, _ bytes: UnsafeRawBufferPointer, _ flags: Int32) -> Int {
    #if canImport(Glibc)
      Glibc.send(socket, bytes.baseAddress, bytes.count, flags)
    #else
      Darwin.send(socket, bytes.baseAddress, bytes.count, flags)
    #endif
  }

  /// No more from us: the other side reads an end.
  package func close() {
    if isClosed.withLock({ was in
      defer { was = true }; return !was
    }) {
      shutdown(socket, Int32(SHUT_RDWR))
    }
  }

  /// Returns once the other side has closed.
  package func waitForEnd() { while receive() {} }

  private func receive() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(socket, &buffer, buffer.count, 0)
    if count <= 0 { return false }
    pending.withLock { $0 += buffer[..<count] }
    return true
  }

  /// Nil at the end of the connection.
  func readRequest() -> TestHTTPRequest? {
    while true {
      if let request = pending.withLock({ Self.take(&$0, number) }) { return request }
      guard receive() else { return nil }
    }
  }

  private static func take(_ bytes: inout [UInt8], _ number: Int) -> TestHTTPRequest? {
    guard let end = headEnd(bytes) else { return nil }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
    let first = lines.first?.split(separator: " ") ?? []
    guard first.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      headers[line[..<colon].lowercased()] = String(value)
    }
    let length = headers["content-length"].flatMap { Int($0) } ?? 0
    guard bytes.count >= end + 4 + length else { return nil }
    let body = Array(bytes[(end + 4)..<(end + 4 + length)])
    bytes.removeFirst(end + 4 + length)
    return TestHTTPRequest(
      method: String(first[0]), path: String(first[1]), headers: headers, body: body, connection: number)
  }

  private static func headEnd(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    return (0...(bytes.count - 4)).first { bytes[$0..<($0 + 4)].elementsEqual([13, 10, 13, 10]) }
  }
}

extension TestHTTPConnection {
  /// A whole answer with a length.
  package func answer(
    _ status: Int = 200, _ body: String = "", type: String = "application/json", headers: [String] = []
  ) {
    answer(status, bytes: Array(body.utf8), type: type, headers: headers)
  }

  package func answer(_ status: Int = 200, bytes: [UInt8], type: String, headers: [String] = []) {
    let lines = ["HTTP/1.1 \(status) Said", "Content-Type: \(type)", "Content-Length: \(bytes.count)"] + headers
    send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + bytes)
  }

  /// The head of an answer whose body comes in chunks.
  package func begin(_ status: Int = 200, type: String = "text/event-stream", headers: [String] = []) {
    let lines = ["HTTP/1.1 \(status) Said", "Content-Type: \(type)", "Transfer-Encoding: chunked"] + headers
    send(lines.joined(separator: "\r\n") + "\r\n\r\n")
  }

  @discardableResult
  package func chunk(_ bytes: [UInt8]) -> Bool {
    send(Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [13, 10])
  }

  @discardableResult
  package func chunk(_ text: String) -> Bool { chunk(Array(text.utf8)) }

  /// The end of the chunks; the connection stays.
  package func end() { send("0\r\n\r\n") }

  /// A whole stream, in chunks of `size` bytes.
  package func stream(_ text: String, by size: Int = .max, type: String = "text/event-stream") {
    begin(type: type)
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      chunk(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    end()
  }
}
