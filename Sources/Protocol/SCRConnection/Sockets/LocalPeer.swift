import CLocalSocket

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Who is on the other end of a socket, as the kernel noted when it connected: nothing that the peer says of itself.
package struct LocalPeer: Sendable, Hashable {
  package var uid: UInt32
  /// Nil where the system does not tell.
  package var pid: Int32?

  package init(uid: UInt32, pid: Int32?) {
    self.uid = uid
    self.pid = pid
  }

  /// Nil if the socket is connected to nobody.
  init?(of socket: Int32) {
    var (uid, pid): (UInt32, Int32) = (0, 0)
    guard scr_local_peer(socket, &uid, &pid) == 0 else { return nil }
    self.init(uid: uid, pid: pid > 0 ? pid : nil)
  }

  /// Tasks run with their owner's rights, so nobody else may give any: not even root, who can become the owner.
  /// - Returns: why this peer is refused; nil if it may come in.
  package func refusal(by owner: UInt32) -> String? {
    if uid == owner { return nil }
    let who = pid.map { "process \($0)" } ?? "a process"
    return "\(who) runs as user \(uid), and this state directory is served for user \(owner) alone"
  }
}
