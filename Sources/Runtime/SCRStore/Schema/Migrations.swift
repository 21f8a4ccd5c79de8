import GRDB
import SCRRuntime

/// The numbered steps that lead from an empty file to the present format; `user_version` counts those that were taken.
///
/// Append only: a step that was ever released never changes.
struct Migrations: Sendable {
  private let steps: [String]

  init(_ steps: [String]) { self.steps = steps }

  var newest: Int { steps.count }

  /// As an older version knew them.
  func first(_ count: Int) -> Migrations { Migrations(Array(steps.prefix(count))) }

  /// Brings the file to the newest format in one transaction, so that a new file costs one flush of the disk.
  /// - Throws: `StoreError.newerFormat`, or what SQLite reports.
  func apply(to database: Database, path: String) throws {
    let version = try check(database, path: path)
    guard version < newest else { return }
    try database.inTransaction(.immediate) {
      for step in steps[version...] { try database.execute(sql: step) }
      try database.execute(sql: "PRAGMA user_version = \(newest)")
      return .commit
    }
  }

  /// The file's version, 0…``newest``.
  func check(_ database: Database, path: String) throws -> Int {
    let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    guard (0...newest).contains(version) else {
      throw StoreError(
        .newerFormat,
        "\(path) has format \(version), this program knows formats up to \(newest): use the newer version of scr")
    }
    return version
  }
}
