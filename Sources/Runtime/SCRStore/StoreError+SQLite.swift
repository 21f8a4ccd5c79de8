import GRDB
package import SCRRuntime

extension StoreError.Code {
  /// Nothing was ever stored at this place. Only commands that merely look meet it.
  package static let missing = StoreError.Code(name: "missing")
  /// A backup is never written over something.
  package static let exists = StoreError.Code(name: "exists")
  /// There is no backup at this place.
  package static let noBackup = StoreError.Code(name: "no_backup")
  /// A backup is damaged, or of a newer format.
  package static let badBackup = StoreError.Code(name: "bad_backup")
}

extension StoreError {
  /// What an error out of SQLite means. `action` completes "cannot …". Errors of our own pass unchanged.
  init(_ error: any Error, path: String, doing action: String) {
    if let own = error as? StoreError {
      self = own
      return
    }
    guard let failure = error as? DatabaseError else {
      self.init(.failed, "cannot \(action): \(error)", cause: error)
      return
    }
    let why = failure.message ?? "SQLite error \(failure.extendedResultCode.rawValue)"
    let (code, advice) = Self.meaning(of: failure.resultCode)
    self.init(code, "cannot \(action) in \(path) (\(why)): \(advice)", cause: failure)
  }

  private static func meaning(of code: ResultCode) -> (Code, advice: String) {
    switch code {
    case .SQLITE_FULL: (.diskFull, "nothing was changed; free some space on this disk and try again")
    case .SQLITE_READONLY, .SQLITE_PERM:
      (.readOnly, "make the file and its directory writable for this user, or name another place with --state DIR")
    case .SQLITE_CANTOPEN: (.failed, "this user must be allowed to write in its directory, even only to look at it")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      (.corrupt, "the file is damaged; move it away or restore a copy, then start again")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      (.locked, "another program holds the file, perhaps a database browser or a backup; let it finish")
    case .SQLITE_IOERR: (.failed, "the disk reported an error; look at the system's log before going on")
    default: (.failed, "try again; if it stays so, report it with this message")
    }
  }
}
