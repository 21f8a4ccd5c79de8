import SCRRuntime

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension StoreError {
  /// What a failed system call means for the owner of the state directory. `action` completes "cannot …".
  init(system error: Int32, path: String, doing action: String) {
    let why = String(cString: strerror(error))
    switch error {
    case EROFS, EACCES, EPERM:
      self.init(
        .readOnly,
        "cannot \(action) at \(path) (\(why)): make it writable for this user, or name another place with --state DIR")
    case ENOSPC, EDQUOT:
      self.init(
        .diskFull, "cannot \(action) at \(path) (\(why)): free some space, or name another place with --state DIR")
    default:
      self.init(.failed, "cannot \(action) at \(path) (\(why)): name another place with --state DIR")
    }
  }
}
