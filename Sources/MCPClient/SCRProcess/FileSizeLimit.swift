import CProcessGuard

/// How large the files of a running process may become: to it, a disk that is full.
package enum FileSizeLimit {
  /// Whether this system can limit another process.
  package static var isSupported: Bool {
    #if os(Linux)
      true
    #else
      false
    #endif
  }

  /// From now on writes of the process beyond `bytes` of a file fail with EFBIG; a process that does not ignore SIGXFSZ
  /// ends by it.
  ///
  /// - Parameter bytes: nil lifts the limit.
  /// - Returns: false where that is not possible, or the process is gone.
  @discardableResult
  package static func set(_ bytes: UInt64?, of pid: Int32) -> Bool {
    scr_process_limit_file_size(pid, bytes ?? .max) == 0
  }
}
