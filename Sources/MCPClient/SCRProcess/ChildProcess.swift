import Synchronization

/// A child that runs, or ran. Everything it starts belongs to it: when it ends, all of that is killed.
package final class ChildProcess: Sendable {
  /// The child's own; also the number of its process group.
  package let pid: Int32
  private let life: ChildLife

  init(life: ChildLife, pid: Int32) {
    self.life = life
    self.pid = pid
  }

  /// Sends bytes to the child's stdin, in the order of the calls. Never blocks: what the pipe does not take waits in a queue.
  ///
  /// - Throws: ``ProcessError`` `closed`, or `stalled` when the queue is at its limit; none of `bytes` is sent then.
  package func write(_ bytes: [UInt8]) throws { try life.input.write(bytes) }

  /// The child sees the end of its input after what was written.
  package func closeInput() { life.input.finish() }

  /// The last lines of what the child wrote to stderr, of at most 64 KiB, without control sequences.
  package func stderrTail(lines: Int) -> String {
    let ring = life.state.withLock(\.ring)
    return ring.tail(lines: lines)
  }

  /// Nil while the child lives.
  package var exitStatus: ExitStatus? { life.state.withLock(\.status) }

  /// Stops the child and everything it started. Returns when all of it is gone, after ``ProcessEvents/exit``.
  ///
  /// Any number of callers may do so at once, the most impatient ladder counts; cancelling a caller changes nothing.
  @discardableResult
  package func stop(ladder: StopLadder = StopLadder()) async -> ExitStatus { await life.stop(ladder) }
}
