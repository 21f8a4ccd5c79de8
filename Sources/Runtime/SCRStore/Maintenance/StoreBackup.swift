import GRDB
package import SCRRuntime

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A copy of a state directory's databases in a folder of its own, made beside the owner.
package struct StoreBackup: Sendable, Hashable {
  /// What a look at the finished copy found: single rows may be damaged as they are in the original.
  package var report: StoreReport

  /// Each database is copied as of one moment, the tasks first. The folder appears under its name when all of it is
  /// written, flushed and looked at; until then it is called `<folder>.<pid>.partial`.
  ///
  /// - Parameter folder: must not exist; for this user alone (0700, files 0600).
  /// - Throws: `StoreError` `.missing`, `.corrupt` where the original cannot be copied, `.diskFull`, `.readOnly`, `.failed`.
  package static func make(of directory: String, in folder: String) async throws(StoreError) -> StoreBackup {
    try RestoreMark.refuse(in: directory)
    let partial = "\(folder).\(getpid()).partial"
    do throws(StoreError) {
      try await BlockingWork.run(path: partial, doing: "write the backup") {
        if FilePlace.size(folder) != nil { throw StoreError.exists(folder) }
        try copyAll(from: directory, to: partial)
      }
      let report = try await StoreCheck.checkFiles(partial)
      if let problem = report.files.flatMap(\.problems).first(where: { $0.row == nil }) {
        throw StoreError(.corrupt, "the backup of \(directory) came out damaged and was removed: \(problem.message)")
      }
      try await BlockingWork.run(path: folder, doing: "write the backup") {
        try PlacedFile.move(partial, to: folder)
        try Flush.parent(of: folder)
      }
      return StoreBackup(report: report)
    } catch {
      try? await BlockingWork.run(path: partial, doing: "remove") { PlacedFile.removeFolder(partial) }
      throw error
    }
  }

  private static func copyAll(from directory: String, to folder: String) throws {
    let files = StoreFile.all.filter { FilePlace.size($0.path(in: directory)) ?? 0 > 0 }
    if files.isEmpty { throw StoreError.nothingStored(directory) }
    guard mkdir(folder, 0o700) == 0 else {
      throw StoreError(system: errno, path: folder, doing: "make the backup's folder")
    }
    for file in files { try DatabaseCopy.make(of: file.path(in: directory), as: file.path(in: folder)) }
    try Flush.directory(folder)
  }
}

extension StoreError {
  static func nothingStored(_ directory: String) -> StoreError {
    StoreError(.missing, "nothing is stored in \(directory): name the state directory with --state DIR")
  }

  static func exists(_ path: String) -> StoreError {
    StoreError(.exists, "\(path) exists already and is left alone")
  }
}
