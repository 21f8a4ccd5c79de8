package import SCRProtocol

/// Where a connection's frames leave. Whole frames only, each ending in its newline.
package protocol FrameSink: Sendable {
  /// Queues bytes made of whole frames and sees to it that they leave.
  ///
  /// - Parameter inline: true on the reader, which calls ``flush()`` itself when its input is used up.
  /// - Returns: false if the peer is gone; the frame is dropped then.
  @discardableResult
  func send(_ frames: [UInt8], inline: Bool) -> Bool

  /// Writes what is queued, unless somebody else does so already. Only the reader's own thread may call it: it may
  /// block.
  func flush()

  /// Whether a notification that may be left out should be sent now.
  var hasRoom: Bool { get }

  /// A request of the peer has ended, so that there may be room for more, or nothing left to wait for. From any thread.
  func requestEnded()

  /// Returns when a slow peer has taken enough that more may be queued. For senders of many notifications.
  func waitForRoom() async
}

extension FrameSink {
  package var hasRoom: Bool { true }
  package func requestEnded() {}
}

/// Keeps frames in memory: the peer of a connection under test.
package final class CollectingSink: FrameSink {
  private let onFrame: @Sendable (JSONValue) -> Void

  /// - Parameter onFrame: gets every frame, parsed, in order.
  package init(onFrame: @escaping @Sendable (JSONValue) -> Void) { self.onFrame = onFrame }

  package func send(_ frames: [UInt8], inline: Bool) -> Bool {
    for line in frames.split(separator: 0x0A) {
      onFrame((try? JSONParser.parse(line)) ?? .string(String(decoding: line, as: UTF8.self)))
    }
    return true
  }

  package func flush() {}
  package func waitForRoom() async {}
}
