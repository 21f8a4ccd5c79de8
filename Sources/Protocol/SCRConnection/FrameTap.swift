/// Which way a frame went, seen from us.
package enum FrameDirection: String, Sendable, Hashable {
  case received, sent
}

/// Looks on at a connection: gets every frame of both sides, as it came or left.
package protocol FrameTap: Sendable {
  /// Called on whatever thread carries the frame; it must neither block nor fail.
  ///
  /// - Parameters:
  ///   - line: without its newline; of a line over the frame limit its beginning.
  ///   - length: of the whole line, in bytes.
  func took(_ line: [UInt8], length: Int, _ direction: FrameDirection)
}

/// A sink whose frames somebody looks on at.
struct TappedSink: FrameSink {
  let base: any FrameSink
  let tap: any FrameTap

  func send(_ frames: [UInt8], inline: Bool) -> Bool {
    // Before it leaves, since the answer to it may come at once.
    for line in frames.split(separator: 0x0A) { tap.took(Array(line), length: line.count, .sent) }
    return base.send(frames, inline: inline)
  }

  func flush() { base.flush() }
  func requestEnded() { base.requestEnded() }
  var hasRoom: Bool { base.hasRoom }
  func waitForRoom() async { await base.waitForRoom() }
}
