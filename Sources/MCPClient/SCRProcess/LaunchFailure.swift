#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension ProcessError {
  /// What a guard's report of failure means for whoever wanted the child.
  static func launch(_ report: GuardReports.Report?, _ spec: ProcessSpec) -> ProcessError {
    switch report {
    case .noDirectory(let number):
      ProcessError(
        .noDirectory, "the working directory \(spec.workingDirectory ?? "") cannot be entered: \(reason(number))")
    case .notExecuted(ENOENT), .notExecuted(ENOTDIR):
      spec.command.contains("/")
        ? ProcessError(
          .notFound, "\(spec.command) does not exist, or the interpreter that its first line names does not")
        : ProcessError(
          .notFound,
          "the command \"\(spec.command)\" is not on the PATH \"\(spec.environment["PATH"] ?? "")\"; install it or "
            + "give its full path")
    case .notExecuted(EACCES), .notExecuted(ENOEXEC), .notExecuted(EISDIR):
      ProcessError(.notExecutable, "\(spec.command) is no program that may be executed; see its type and permissions")
    case .notExecuted(let number):
      ProcessError(.spawnFailed, "\(spec.command) could not be started: \(reason(number))")
    case .started, .ended, nil:
      ProcessError(.spawnFailed, "\(spec.command) could not be started: its guard was killed")
    }
  }

  static func system(_ doing: String, errno number: Int32) -> ProcessError {
    ProcessError(.spawnFailed, "\(doing) failed: \(reason(number))")
  }

  private static func reason(_ number: Int32) -> String { String(cString: strerror(number)) }
}
