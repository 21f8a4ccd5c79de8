/// One request. Its body is sent whole; the answer comes as a stream.
package struct HTTPRequest: Sendable {
  package var method: String
  package var address: HTTPAddress
  package var headers: [HTTPHeader]
  package var body: [UInt8]?
  package var timeouts: HTTPTimeouts
  package var limits: HTTPLimits

  package init(
    _ method: String = "GET", _ address: HTTPAddress, headers: [HTTPHeader] = [], body: [UInt8]? = nil,
    timeouts: HTTPTimeouts = HTTPTimeouts(), limits: HTTPLimits = HTTPLimits()
  ) {
    self.method = method
    self.address = address
    self.headers = headers
    self.body = body
    self.timeouts = timeouts
    self.limits = limits
  }
}

package struct HTTPHeader: Sendable, Hashable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// A line break in a name or value would begin a header of its own (RFC 9110 §5.5).
  var isSafe: Bool {
    !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
      && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
  }

  /// As libcurl takes it, where `Name:` alone would remove the header.
  var line: String { value.isEmpty ? "\(name);" : "\(name): \(value)" }
}

/// How long each part of an exchange may take; each has an error of its own.
package struct HTTPTimeouts: Sendable, Hashable {
  /// Finding the host, the connection and TLS.
  package var connect: Duration
  /// From the start to the first byte of the answer's body.
  package var firstByte: Duration
  /// Between two pieces of the body. Time in which the reader takes nothing does not count.
  package var idle: Duration
  package var total: Duration

  package init(
    connect: Duration = .seconds(10), firstByte: Duration = .seconds(120), idle: Duration = .seconds(60),
    total: Duration = .seconds(600)
  ) {
    self.connect = connect
    self.firstByte = firstByte
    self.idle = idle
    self.total = total
  }
}

package struct HTTPLimits: Sendable, Hashable {
  /// Of the answer's body, unpacked; the exchange fails beyond it.
  package var body: Int
  /// Of the body, kept for a reader that is slower than the sender, who then waits.
  package var buffered: Int

  package init(body: Int = 64 << 20, buffered: Int = 64 << 10) {
    self.body = body
    self.buffered = buffered
  }

  /// Names and values of the answer's headers together.
  static let headers = 64 << 10
}
