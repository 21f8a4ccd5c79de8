import SCRConnection
import SCRProtocol
import SCRRuntime
import SCRServer

/// Records of the pipes of this process, a file for each life of a pipe. One thread masks and writes; whoever carries a
/// frame only puts it into a queue.
///
/// It never harms a pipe: with a full queue frames are left out and counted, with the limit of bytes or a failure of the
/// disk it ends, and says so once.
final class Mirror: Sendable {
  struct Limits: Sendable {
    /// Of all files together.
    var bytes: Int
    /// Bytes that wait to be written.
    var pending = 8 << 20
    /// Bytes of one frame; of a longer one the beginning is kept.
    var frame = 1 << 20
    /// Files, of which each life of a tool server needs one.
    var files = 1024
  }

  private struct Item {
    let pipe: Int
    let at: Timestamp
    let direction: FrameDirection
    let line: [UInt8]
    let length: Int
  }

  private struct State {
    var items: [Item] = []
    var pendingBytes = 0
    var lost: [Int: Int] = [:]
    var pipes: [String] = []
    /// Nothing more is taken: closed, full, or broken.
    var isOver = false
    var hasEnded = false
    var closers: [CheckedContinuation<Void, Never>] = []
  }

  private let monitor = Monitor(State())
  private let limits: Limits
  private let clock: any RuntimeClock

  /// - Parameters:
  ///   - folder: made for its owner alone where it is missing.
  ///   - onProblem: gets the sentence why nothing more is recorded; at most once, on a thread that may block.
  init(
    folder: String, limits: Limits, secrets: [String], clock: any RuntimeClock,
    onProblem: @escaping @Sendable (String) -> Void
  ) {
    self.limits = limits
    self.clock = clock
    let start = clock.now()
    WireThread.start { [self] in
      var files = MirrorFiles(folder: folder, start: start, bytes: limits.bytes, secrets: secrets)
      if let problem = work(&files) { onProblem(problem) }
      files.close()
      let closers = monitor.withLock { state in
        (state.isOver, state.hasEnded, state.items) = (true, true, [])
        defer { state.closers = [] }
        return state.closers
      }
      for closer in closers { closer.resume() }
    }
  }

  /// The mirror that the settings ask for; nil where they ask for none. Blocks, where they do.
  static func open(
    _ loaded: LoadedSettings, _ context: CommandContext, onProblem: @escaping @Sendable (String) -> Void
  ) -> Mirror? {
    let settings = loaded.settings.mirror
    guard let folder = settings.dir else { return nil }
    return Mirror(
      folder: folder, limits: Limits(bytes: settings.maxBytes),
      secrets: KnownSecrets.all(loaded, context.environment), clock: context.clock, onProblem: onProblem)
  }

  /// A tap for one life of a pipe; nil once there are too many.
  func tap(_ pipe: String) -> (any FrameTap)? {
    monitor.withLock { [limits] state in
      guard !state.isOver, state.pipes.count < limits.files else { return nil }
      state.pipes.append(pipe)
      return Tap(mirror: self, pipe: state.pipes.count - 1)
    }
  }

  /// Returns when all that was taken is written.
  func close() async {
    monitor.withLock { $0.isOver = true }
    monitor.signal()
    await withCheckedContinuation { continuation in
      let hasEnded = monitor.withLock { state in
        if !state.hasEnded { state.closers.append(continuation) }
        return state.hasEnded
      }
      if hasEnded { continuation.resume() }
    }
  }

  private struct Tap: FrameTap {
    let mirror: Mirror
    let pipe: Int

    func took(_ line: [UInt8], length: Int, _ direction: FrameDirection) {
      mirror.take(line, length: length, direction, pipe)
    }
  }

  private func take(_ line: [UInt8], length: Int, _ direction: FrameDirection, _ pipe: Int) {
    let kept = line.count > limits.frame ? Array(line.prefix(limits.frame)) : line
    let at = clock.now()
    let mustWake = monitor.withLock { [limits] state in
      if state.isOver { return false }
      if state.pendingBytes + kept.count > limits.pending {
        state.lost[pipe, default: 0] += 1
        return false
      }
      state.pendingBytes += kept.count + 64
      state.items.append(Item(pipe: pipe, at: at, direction: direction, line: kept, length: length))
      return state.items.count == 1
    }
    if mustWake { monitor.signal() }
  }

  /// - Returns: why nothing more can be recorded; nil at the end.
  private func work(_ files: inout MirrorFiles) -> String? {
    while true {
      let (items, lost, pipes) = monitor.waitFor { state -> ([Item], [Int: Int], [String])? in
        if state.items.isEmpty, !state.isOver { return nil }
        defer { (state.items, state.pendingBytes, state.lost) = ([], 0, [:]) }
        return (state.items, state.lost, state.pipes)
      }
      for item in items {
        let line = String(decoding: item.line, as: UTF8.self)
        let entry = MirrorEntry.frame(
          at: item.at, item.direction, line: line, length: item.length > item.line.count ? item.length : nil)
        if let problem = files.write(entry, to: item.pipe, named: pipes[item.pipe], at: item.at) { return problem }
      }
      for (pipe, count) in lost.sorted(by: { $0.key < $1.key }) {
        let at = clock.now()
        if let problem = files.write(.lost(at: at, count), to: pipe, named: pipes[pipe], at: at) { return problem }
      }
      if items.isEmpty, lost.isEmpty { return nil }
    }
  }
}
