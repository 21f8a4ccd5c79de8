import GRDB
package import SCRRuntime

/// Looks at everything in a state directory without owning it, also beside its owner.
package enum StoreCheck {
  /// - Throws: `StoreError` `.missing` where nothing was ever stored, `.newerFormat`, or why a file cannot be opened.
  ///   Damage is no error but in the report.
  package static func run(_ directory: String) async throws(StoreError) -> StoreReport {
    try RestoreMark.refuse(in: directory)
    return try await checkFiles(directory)
  }

  /// As ``run(_:)``, also where a restore was interrupted.
  static func checkFiles(_ directory: String) async throws(StoreError) -> StoreReport {
    try await BlockingWork.run(path: directory, doing: "check") {
      let files = try StoreFile.all.compactMap { try FileCheck(file: $0, directory: directory).run() }
      if files.isEmpty { throw StoreError.nothingStored(directory) }
      return StoreReport(files: files)
    }
  }
}

/// One of the databases of a state directory.
struct StoreFile: Sendable {
  let name: String
  let migrations: Migrations
  let tables: [TableCheck]
  /// Whether each commit is flushed: only then whole commits beyond a damaged place in the log tell of a loss.
  let flushesCommits: Bool

  static let tasks = StoreFile(
    name: "scr.sqlite", migrations: .tasks, tables: TableCheck.tasks, flushesCommits: true)
  static let memory = StoreFile(
    name: "memory.sqlite", migrations: .memory, tables: TableCheck.memory, flushesCommits: false)
  static let all = [tasks, memory]

  func path(in directory: String) -> String { "\(directory)/\(name)" }

  /// Looks only, and waits a while for others.
  static func readOnly(_ label: String) -> Configuration {
    var configuration = Configuration()
    configuration.label = label
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    return configuration
  }
}

/// Checks one file.
struct FileCheck {
  let file: StoreFile
  let directory: String

  private var path: String { file.path(in: directory) }

  /// - Returns: nil where nothing was ever stored in it.
  func run() throws -> StoreReport.File? {
    guard let size = FilePlace.size(path), size > 0 else { return nil }
    let log = LogFile.path(beside: path)
    var report = StoreReport.File(
      name: file.name, newestFormat: file.migrations.newest, bytes: size, logBytes: FilePlace.size(log) ?? 0)
    if file.flushesCommits, let scan = try damagedLog(log) {
      report.add(StoreReport.Problem(LogFile.damaged(log, scan).message))
    }
    try reporting(&report) { report in
      let queue = try DatabaseQueue(path: path, configuration: StoreFile.readOnly("scr.check"))
      try queue.read { try look(at: $0, &report) }
    }
    return report
  }

  /// Damage at which SQLite gives up ends only the look that met it.
  private func reporting(_ report: inout StoreReport.File, _ look: (inout StoreReport.File) throws -> Void) throws {
    do { try look(&report) } catch let error as DatabaseError {
      let error = StoreError(error, path: path, doing: "read")
      guard error.code == .corrupt else { throw error }
      report.add(StoreReport.Problem(error.message))
    }
  }

  /// An owner may write while the log is read: damage is what stands at the same place a second time.
  private func damagedLog(_ log: String) throws(StoreError) -> LogScan? {
    guard let first = try LogScan.read(log), first.isDamaged else { return nil }
    guard let second = try LogScan.read(log), second.isDamaged, second.end == first.end else { return nil }
    return second
  }

  private func look(at database: Database, _ report: inout StoreReport.File) throws {
    report.format = try file.migrations.check(database, path: path)
    try reporting(&report) { report in
      let texts = try String.fetchAll(database, sql: "PRAGMA integrity_check(\(StoreReport.limit))")
      for text in texts where text != "ok" { report.add(StoreReport.Problem(text)) }
    }
    try reporting(&report) { report in
      for row in try Row.fetchAll(database, sql: "PRAGMA foreign_key_check") {
        let (table, number, parent) = (row[0] as String, row[1] as Int64?, row[2] as String)
        report.add(
          StoreReport.Problem(
            table: table, row: "row \(number.map { String($0) } ?? "?")", "names a row of \(parent) that is not there"))
      }
    }
    guard !report.isOlderFormat else { return }
    for table in file.tables { try table.run(database, &report) }
  }
}
