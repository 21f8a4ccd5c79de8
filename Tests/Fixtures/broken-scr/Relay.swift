import Glibc
import SCRProtocol

/// Passes lines on in both directions and lets ``Breakage`` spoil them.
struct Relay {
  let child: Child
  var breakage: Breakage
  private var fromHost = LineFramer()
  private var fromChild = LineFramer()

  init(child: Child, breakage: Breakage) {
    self.child = child
    self.breakage = breakage
  }

  /// Ends the process as the child ended.
  func run() -> Never {
    var relay = self
    relay.pump()
    exit(child.wait())
  }

  private mutating func pump() {
    var isHostOpen = true
    while true {
      var ends = [pollfd(fd: child.output, events: Int16(POLLIN), revents: 0)]
      if isHostOpen { ends.append(pollfd(fd: 0, events: Int16(POLLIN), revents: 0)) }
      guard poll(&ends, nfds_t(ends.count), -1) > 0 else { continue }
      if ends[0].revents != 0 {
        guard let lines = Self.lines(child.output, &fromChild) else { return }
        for line in lines { send(breakage.answer(line)) }
      }
      if ends.count > 1, ends[1].revents != 0 {
        if let lines = Self.lines(0, &fromHost) {
          for line in lines { send(breakage.request(line)) }
        } else {
          isHostOpen = false
          close(child.input)
        }
      }
    }
  }

  private func send(_ outcome: Breakage.Outcome) {
    for message in outcome.toChild { write(message, to: child.input) }
    for message in outcome.toHost { write(message, to: 1) }
  }

  private func write(_ message: JSONValue, to descriptor: Int32) {
    var rest = (message.encoded + [UInt8(ascii: "\n")])[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Nil at the end.
  private static func lines(_ descriptor: Int32, _ framer: inout LineFramer) -> [JSONValue]? {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return nil }
    var lines: [JSONValue] = []
    buffer[..<count].withUnsafeBytes { chunk in
      framer.append(chunk) { frame in
        if case .line(let bytes) = frame, let value = try? JSONParser.parse(bytes) { lines.append(value) }
      }
    }
    return lines
  }
}
