#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The connecting side of a socket, greeted by the owner of the state directory.
package struct OwnerLink: Sendable {
  /// What came of an attempt to connect.
  package enum Outcome: Sendable {
    case linked(OwnerLink)
    /// Nobody listens, or who did went away before its greeting: the owner just starts or just ends.
    case absent
    /// There is an owner and it is not for us.
    case refused(String)
  }

  /// Blocks. The holder of the link closes it.
  package let descriptor: Int32
  /// What the owner said of itself; its pid is the kernel's word where that has one.
  package let owner: Greeting

  /// Blocks its thread.
  ///
  /// - Parameter patience: how long an owner may take to greet: it may be opening its store.
  package static func open(_ place: LocalSocketPlace, greeting: Greeting, patience: Duration) -> Outcome {
    let socket: Int32
    do { socket = try place.connect(patience: patience) } catch {
      return error.code == .absent ? .absent : .refused(error.message)
    }
    let outcome = greet(socket, place, greeting, patience)
    if case .linked = outcome { return outcome }
    close(socket)
    return outcome
  }

  private static func greet(
    _ socket: Int32, _ place: LocalSocketPlace, _ greeting: Greeting, _ patience: Duration
  ) -> Outcome {
    guard let peer = LocalPeer(of: socket) else { return .absent }
    guard peer.uid == geteuid() else {
      return .refused("\(place.path) is served by user \(peer.uid), and this is user \(geteuid())")
    }
    // An owner that refuses at once does not wait for it.
    _ = greeting.line.withUnsafeBytes { sendAll(socket, $0) }
    LocalSocketPlace.limit(socket, SO_RCVTIMEO, patience)
    let line: [UInt8]
    switch readLine(socket) {
    case .line(let bytes): line = bytes
    case .ended: return .absent
    case .late:
      return .refused("the owner of \(place.path) did not answer within \(patience.components.seconds) seconds")
    }
    LocalSocketPlace.limit(socket, SO_RCVTIMEO, .zero)
    guard var owner = Greeting(line) else {
      return .refused("what listens at \(place.path) does not greet as scr does")
    }
    if let pid = peer.pid { owner.pid = pid }
    if let mismatch = greeting.mismatch(with: owner) { return .refused("\(mismatch), which process \(owner.pid) is") }
    if let refusal = owner.refusal { return .refused(refusal) }
    return .linked(OwnerLink(descriptor: socket, owner: owner))
  }

  private enum Line {
    case line([UInt8])
    case ended
    case late
  }

  /// Byte by byte, so that nothing behind the line is taken.
  private static func readLine(_ socket: Int32) -> Line {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while line.count < Greeting.limit {
      let count = recv(socket, &byte, 1, 0)
      if count == 1 {
        if byte == 0x0A { return .line(line) }
        line.append(byte)
      } else if count < 0, errno == EAGAIN || errno == EWOULDBLOCK {
        return .late
      } else if count == 0 || errno != EINTR {
        return .ended
      }
    }
    return .line(line)
  }

  /// Blocks until all is sent.
  /// - Returns: false if the peer is gone.
  static func sendAll(_ socket: Int32, _ bytes: UnsafeRawBufferPointer) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let sent = SocketCall.send(socket, UnsafeRawBufferPointer(rebasing: bytes[offset...]))
      if sent > 0 { offset += sent } else if errno != EINTR { return false }
    }
    return true
  }
}
