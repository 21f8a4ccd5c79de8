import CProcessGuard

/// What a guard tells, cut from the bytes of its control socket. Pure.
struct GuardReports: Sendable {
  enum Report: Sendable, Hashable {
    case started(Int32)
    case noDirectory(errno: Int32)
    case notExecuted(errno: Int32)
    case ended(ExitStatus)
  }

  private var bytes: [UInt8] = []

  mutating func append(_ chunk: UnsafeRawBufferPointer) -> [Report] {
    bytes += chunk
    var reports: [Report] = []
    let size = MemoryLayout<scr_guard_record>.size
    while bytes.count >= size {
      let record = bytes.withUnsafeBytes { $0.loadUnaligned(as: scr_guard_record.self) }
      bytes.removeFirst(size)
      if let report = Report(record) { reports.append(report) }
    }
    return reports
  }
}

extension GuardReports.Report {
  fileprivate init?(_ record: scr_guard_record) {
    switch UInt32(bitPattern: record.event) {
    case SCR_GUARD_STARTED.rawValue: self = .started(record.value)
    case SCR_GUARD_NO_DIRECTORY.rawValue: self = .noDirectory(errno: record.value)
    case SCR_GUARD_NOT_EXECUTED.rawValue: self = .notExecuted(errno: record.value)
    case SCR_GUARD_EXITED.rawValue: self = .ended(.exited(record.value))
    case SCR_GUARD_SIGNALLED.rawValue: self = .ended(.signalled(record.value))
    default: return nil
    }
  }
}
