import GRDB
package import SCRRuntime

/// Puts the databases of a backup into a state directory, in place of those that are there.
package struct StoreRestore: Sendable, Hashable {
  /// Names in the state directory under which the files before are kept.
  package var kept: [String]
  /// What the look at the backup found.
  package var report: StoreReport

  /// - Parameters:
  ///   - folder: a backup, or the state directory of a scr that does not run.
  ///   - moment: names what is replaced: `scr.sqlite.replaced-<moment>`.
  ///   - acceptsDamagedRows: goes on with a backup in which single rows cannot be read.
  /// - Throws: `StoreError` `.locked` while somebody owns the directory, `.badBackup` for one that is no good,
  ///   `.noBackup` where there is none; nothing was changed then.
  package static func run(
    from folder: String, into directory: String, at moment: Timestamp, acceptsDamagedRows: Bool = false
  ) async throws(StoreError) -> StoreRestore {
    let report: StoreReport
    do { report = try await StoreCheck.run(folder) } catch {
      if error.code == .missing { throw StoreError(.noBackup, "there is no backup in \(folder)") }
      throw StoreError(.badBackup, error.message, cause: error)
    }
    guard report.isGood || acceptsDamagedRows && report.isReadable else { throw damaged(folder, report) }
    return try await BlockingWork.run(path: directory, doing: "restore") {
      let owned = try StateDirectory.openForRestore(directory)
      defer { owned.release() }
      let files = StoreFile.all.filter { file in report.files.contains { $0.name == file.name } }
      for file in files { try DatabaseCopy.make(of: file.path(in: folder), as: incoming(file, directory)) }
      try RestoreMark.set(in: directory)
      var kept: [String] = []
      for file in StoreFile.all { kept += try putAside(file.path(in: directory), at: moment) }
      for file in files { try PlacedFile.move(incoming(file, directory), to: file.path(in: directory)) }
      try Flush.directory(directory)
      try RestoreMark.clear(in: directory)
      return StoreRestore(kept: kept, report: report)
    }
  }

  private static func incoming(_ file: StoreFile, _ directory: String) -> String {
    file.path(in: directory) + ".restoring"
  }

  /// Renames a database with its log, so that together they can still be opened; what is empty goes.
  private static func putAside(_ path: String, at moment: Timestamp) throws(StoreError) -> [String] {
    var target = "\(path).replaced-\(stamp(moment))"
    var number = 1
    while FilePlace.size(target) != nil {
      number += 1
      target = "\(path).replaced-\(stamp(moment))-\(number)"
    }
    var kept: [String] = []
    for side in ["-wal", ""] {
      guard FilePlace.size(path + side) ?? 0 > (side.isEmpty ? 0 : 1) else {
        try PlacedFile.remove(path + side)
        continue
      }
      try PlacedFile.move(path + side, to: target + side)
      kept.append(FilePlace.name(of: target + side))
    }
    try PlacedFile.remove(path + "-shm")
    return kept.reversed()
  }

  /// `20261124T083817Z`.
  private static func stamp(_ moment: Timestamp) -> String {
    moment.description.prefix { $0 != "." }.filter { $0 != "-" && $0 != ":" } + "Z"
  }

  private static func damaged(_ folder: String, _ report: StoreReport) -> StoreError {
    let problem = report.files.flatMap(\.problems)[0]
    let advice =
      report.isReadable
      ? "take another backup, or this one as it is with --accept-damaged-rows" : "take another backup"
    return StoreError(
      .badBackup,
      "the backup in \(folder) is damaged (scr store check --state \(folder) tells all): "
        + "\(problem.row.map { "\($0): " } ?? "")\(problem.message); \(advice)")
  }
}
