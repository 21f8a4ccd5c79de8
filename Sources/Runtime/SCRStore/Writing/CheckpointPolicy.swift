/// When the write-ahead log is copied back into the database. Sizes are bytes of the log's file.
///
/// A checkpoint on another connection holds up nobody but cannot shorten a log that grows meanwhile; beyond
/// ``hardLimit`` the writer stops and does it itself.
struct CheckpointPolicy: Sendable {
  enum Step: Sendable, Equatable { case none, inBackground, byWriter }

  let softLimit: Int64
  let hardLimit: Int64
  private var lastSize: Int64 = 0
  private var nextInBackground: Int64
  private var nextByWriter: Int64
  private var isRunning = false

  init(softLimit: Int64 = 4 << 20, hardLimit: Int64 = 64 << 20) {
    self.softLimit = softLimit
    self.hardLimit = hardLimit
    nextInBackground = softLimit
    nextByWriter = hardLimit
  }

  /// To be called after each commit, and followed by ``backgroundEnded()`` after a step in the background.
  mutating func committed(logSize: Int64) -> Step {
    if logSize < lastSize { (nextInBackground, nextByWriter) = (softLimit, hardLimit) }
    lastSize = logSize
    if isRunning { return .none }
    if logSize > nextByWriter {
      // A long reader may keep the log from being cut; to try at each commit would stall all of them.
      nextByWriter = logSize + hardLimit / 4
      return .byWriter
    }
    guard logSize > nextInBackground else { return .none }
    nextInBackground = logSize + softLimit
    isRunning = true
    return .inBackground
  }

  mutating func backgroundEnded() { isRunning = false }
}
