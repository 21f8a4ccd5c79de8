import SCRProtocol

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One connection as the thread of a ``SocketServer`` sees it. No other thread may touch it.
final class SocketEntry {
  private enum Phase {
    case greeting([UInt8], until: ContinuousClock.Instant)
    case open
    /// The peer has closed its side: what is in flight is answered.
    case draining(graceUntil: ContinuousClock.Instant?)
    /// Everything is answered, or nobody wants the answers.
    case leaving(until: ContinuousClock.Instant)
    case gone
  }

  typealias Instant = ContinuousClock.Instant

  let link: SocketPeer
  private let id: UInt64
  private let server: SocketServer
  private var phase: Phase
  private var connection: Connection?
  private var client: SocketClient?

  /// How long a refused or answered peer may take to read what was said to it.
  private static let farewell: Duration = .seconds(5)

  init(_ link: SocketPeer, id: UInt64, _ server: SocketServer, now: Instant) {
    self.link = link
    self.id = id
    self.server = server
    phase = .greeting([], until: now + server.limits.greeting)
  }

  var isGone: Bool { if case .gone = phase { true } else { false } }

  // MARK: What to wait for

  var interest: Int32 {
    var events: Int32 = link.hasOutput ? POLLOUT : 0
    switch phase {
    case .greeting: events |= POLLIN
    case .open:
      // Not reading is the only brake on a client that asks for more than it takes.
      if link.hasRoom, connection?.hasRoom == true { events |= POLLIN }
    case .draining, .leaving, .gone: break
    }
    return events
  }

  var deadline: Instant? {
    let own: Instant? =
      switch phase {
      case .greeting(_, let until): until
      case .draining(let until): until
      case .leaving(let until): until
      case .open, .gone: nil
      }
    return [own, link.deadline].compactMap { $0 }.min()
  }

  // MARK: What comes

  func ready(_ events: Int32, _ buffer: UnsafeMutableRawBufferPointer, now: Instant) {
    if events & POLLOUT != 0 { link.flush() }
    if events & POLLIN != 0 {
      read(buffer, now)
    } else if events & (POLLHUP | POLLERR) != 0 {
      // Nobody is left to read an answer.
      end(nil)
    }
  }

  private func read(_ buffer: UnsafeMutableRawBufferPointer, _ now: Instant) {
    let count = recv(link.descriptor, buffer.baseAddress, buffer.count, 0)
    if count > 0 {
      take(UnsafeRawBufferPointer(rebasing: buffer[..<count]), now)
    } else if count == 0 {
      inputEnded(now)
    } else if ![EAGAIN, EWOULDBLOCK, EINTR].contains(errno) {
      end(nil)
    }
  }

  private func take(_ bytes: UnsafeRawBufferPointer, _ now: Instant) {
    guard case .greeting(var line, let until) = phase else {
      connection?.receive(bytes)
      return
    }
    guard let end = bytes.firstIndex(of: 0x0A), line.count + end < Greeting.limit else {
      line += bytes
      phase = .greeting(line, until: until)
      if line.count >= Greeting.limit || bytes.contains(0x0A) { refuse("the first line is over the limit", now) }
      return
    }
    line += bytes[..<end]
    admit(line, now)
    let rest = UnsafeRawBufferPointer(rebasing: bytes[(end + 1)...])
    if case .open = phase, !rest.isEmpty { connection?.receive(rest) }
  }

  private func admit(_ line: [UInt8], _ now: Instant) {
    guard let greeting = Greeting(line) else {
      return refuse("the first line must be a greeting of scr: use scr serve or scr connect in its place", now)
    }
    if let mismatch = server.greeting.mismatch(with: greeting) { return refuse(mismatch, now) }
    let client = SocketClient(id: id, peer: link.peer, greeting: greeting)
    let hooks = server.hooks
    connection = Connection(
      handler: hooks.handler(client), sink: link, limits: server.limits.connection,
      tap: hooks.tap(client), onInternalError: hooks.onInternalError)
    self.client = client
    phase = .open
    link.send(server.greeting.line, inline: true)
    link.flush()
  }

  /// Tells the peer why it is not served, and leaves.
  func refuse(_ reason: String, _ now: Instant) {
    link.send(server.greeting.refusing(reason).line, inline: true)
    link.flush()
    server.hooks.notice("a connection was refused: \(reason)")
    phase = .leaving(until: now + Self.farewell)
  }

  private func inputEnded(_ now: Instant) {
    guard case .open = phase, let connection else { return end(nil) }
    link.watch(true)
    phase = .draining(graceUntil: now + server.limits.grace)
    connection.endOfInput()
  }

  /// The server ends: what was said to the peer so far may still be read.
  func leave(by until: Instant) {
    switch phase {
    case .leaving(let earlier) where earlier <= until: break
    case .gone: break
    case .greeting, .open, .draining, .leaving: phase = .leaving(until: until)
    }
  }

  // MARK: What follows

  /// Brings it on as far as it goes by itself. To be called after every turn.
  func settle(now: Instant) {
    if link.isDeaf { return end(nil) }
    if let verdict = link.verdict(now: now) { return end(verdict) }
    switch phase {
    case .greeting(_, let until):
      if now >= until { refuse("no greeting came within \(server.limits.greeting.components.seconds) seconds", now) }
    case .open:
      guard let connection else { return }
      if connection.hasRoom { return link.watch(false) }
      link.watch(true)
    case .draining(let graceUntil):
      guard let connection else { return end(nil) }
      if let graceUntil, now >= graceUntil || connection.isDrained(of: .grace) {
        connection.abandon(.grace)
        phase = .draining(graceUntil: nil)
      }
      if connection.isDrained() { phase = .leaving(until: now + server.limits.patience) }
    case .leaving, .gone: break
    }
    if case .leaving(let until) = phase, !link.hasOutput || now >= until { end(nil) }
  }

  /// - Parameter reason: why the peer was given up, if that was not its own doing.
  func end(_ reason: String?) {
    if isGone { return }
    phase = .gone
    link.close()
    if let reason { server.hooks.notice("\(name) was given up: \(reason)") }
    if let connection {
      connection.endOfInput()
      // Accepted tasks are the store's; what ends here is the waiting for them.
      connection.abandon()
    }
    if let client { server.hooks.left(client) }
  }

  private var name: String {
    let role = client?.greeting.role.name ?? "connection"
    return link.peer.pid.map { "\(role) \($0)" } ?? "a \(role)"
  }
}
