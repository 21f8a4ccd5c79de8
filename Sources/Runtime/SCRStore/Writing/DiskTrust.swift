import GRDB
import SCRRuntime
import Synchronization

/// Whether the disk of a database has kept its word so far, and who is told when it does not.
///
/// A system whose flush failed may drop what it could not write and answer the next flush as if all were well. So the
/// first flush that fails ends all writing; the next start reads the log anew and writes it back as a whole
/// (docs/decisions/0009-what-the-disk-may-do.md).
final class DiskTrust: Sendable {
  private struct State {
    var checkpointsFail = false
  }

  /// Comes once, with the first flush that failed.
  let loss = OneShot<StoreError>()

  private let path: String
  private let notice: @Sendable (String) -> Void
  private let state = Mutex(State())

  init(path: String, notice: @escaping @Sendable (String) -> Void) {
    self.path = path
    self.notice = notice
  }

  /// What every writer is told once a flush has failed.
  var lost: StoreError? { loss.current }

  static func isFailedFlush(_ error: any Error) -> Bool {
    guard let code = (error as? DatabaseError)?.extendedResultCode else { return false }
    return code == .SQLITE_IOERR_FSYNC || code == .SQLITE_IOERR_DIR_FSYNC
  }

  /// - Returns: what the callers are to be told.
  func writeFailed(_ error: any Error) -> StoreError {
    guard Self.isFailedFlush(error) else { return StoreError(error, path: path, doing: "write") }
    let why = (error as? DatabaseError)?.message ?? "I/O error"
    let lost = StoreError(
      .flushFailed,
      "the disk could not flush \(path) (\(why)): what was accepted before is kept, nothing more is written until scr "
        + "is started again; look at the system's log first",
      cause: error)
    // The writer and the checkpoint may fail in the same moment.
    let isFirst = state.withLock { _ in
      defer { loss.fire(lost) }
      return loss.current == nil
    }
    if isFirst { notice(lost.message) }
    return self.lost ?? lost
  }

  /// A checkpoint that fails costs space only: the log keeps everything, and the next one that is due copies all of it
  /// anew. The first of a series is told.
  func checkpointFailed(_ error: any Error) {
    if Self.isFailedFlush(error) {
      _ = writeFailed(error)
      return
    }
    let failure = StoreError(error, path: path, doing: "copy the log back")
    // Somebody who reads is no fault of the disk.
    guard failure.code != .locked else { return }
    let isFirst = state.withLock { state in
      defer { state.checkpointsFail = true }
      return !state.checkpointsFail
    }
    if isFirst { notice("\(failure.message). The log grows until this works again; nothing is lost.") }
  }

  func checkpointEnded() {
    let isBack = state.withLock { state in
      defer { state.checkpointsFail = false }
      return state.checkpointsFail
    }
    if isBack { notice("the log of \(path) is copied back again") }
  }
}
