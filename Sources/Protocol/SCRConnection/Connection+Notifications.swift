package import SCRProtocol
import Synchronization

/// Which notifications replace one another: a newer one makes the older worthless.
struct NotificationKey: Hashable, Sendable {
  let method: String
  let token: RequestID?
}

// Notifications of ours. They carry no answer that anybody waits for, so a peer that does not read must not fill memory
// with them.
extension Connection {
  /// Sends it, whatever the peer has still to read: senders of many wait for room themselves.
  package func notify(_ method: String, params: JSONValue?) {
    sink.send(Self.frame(method, params), inline: false)
  }

  /// Sends it, or keeps it in place of an older one with this method and token until the peer has read enough.
  package func notifyLatest(_ method: String, token: RequestID? = nil, params: JSONValue?) {
    let key = NotificationKey(method: method, token: token)
    shared.withLock { shared in
      if !shared.isFlushing, sink.hasRoom {
        sink.send(Self.frame(method, params), inline: false)
        return
      }
      if shared.held.updateValue(Self.frame(method, params), forKey: key) != nil { shared.droppedNotifications += 1 }
      if shared.isFlushing { return }
      shared.isFlushing = true
      // Nobody waits for these; the task ends when all that is held has left or the peer is gone.
      Task { await self.flushHeld() }
    }
  }

  /// What is held for this method and token is not sent any more.
  package func dropLatest(_ method: String, token: RequestID?) {
    shared.withLock { shared in
      if shared.held.removeValue(forKey: NotificationKey(method: method, token: token)) != nil {
        shared.droppedNotifications += 1
      }
    }
  }

  /// How many notifications gave way to newer ones, or to the end of what they told of.
  package var droppedNotifications: Int { shared.withLock(\.droppedNotifications) }

  @concurrent private func flushHeld() async {
    repeat { await sink.waitForRoom() } while sendHeld()
  }

  /// - Returns: false once there was nothing to send.
  private func sendHeld() -> Bool {
    shared.withLock { shared in
      for frame in shared.held.values { sink.send(frame, inline: false) }
      defer { shared.held = [:] }
      shared.isFlushing = !shared.held.isEmpty
      return shared.isFlushing
    }
  }

  private static func frame(_ method: String, _ params: JSONValue?) -> [UInt8] {
    var output = JSONWriter(capacity: 256)
    output.notification(method: method, params: params)
    return output.bytes
  }
}
