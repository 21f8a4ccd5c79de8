/// What ``StoreCheck`` found.
package struct StoreReport: Sendable, Hashable {
  package struct Problem: Sendable, Hashable {
    /// Nil where the file itself is at fault.
    package var table: String?
    /// Which row, in words: `step one of task_…`, `event 17`.
    package var row: String?
    package var message: String

    package init(table: String? = nil, row: String? = nil, _ message: String) {
      self.table = table
      self.row = row
      self.message = message
    }
  }

  package struct File: Sendable, Hashable {
    /// Without its directory.
    package var name: String
    /// Nil where it could not be read.
    package var format: Int?
    /// The newest format that this program knows.
    package var newestFormat: Int
    package var bytes: Int64
    /// Of the write-ahead log beside it.
    package var logBytes: Int64
    /// Rows by table; empty for a file of an older format, whose rows are not looked at.
    package var rows: [String: Int] = [:]
    /// At most ``StoreReport/limit``.
    package private(set) var problems: [Problem] = []
    /// Those beyond the limit.
    package private(set) var moreProblems = 0

    package var isGood: Bool { problems.isEmpty }
    package var isOlderFormat: Bool { format.map { $0 < newestFormat } ?? false }

    init(name: String, newestFormat: Int, bytes: Int64, logBytes: Int64) {
      self.name = name
      self.newestFormat = newestFormat
      self.bytes = bytes
      self.logBytes = logBytes
    }

    mutating func add(_ problem: Problem) {
      if problems.count < StoreReport.limit { problems.append(problem) } else { moreProblems += 1 }
    }
  }

  package static let limit = 200

  /// In the order of their names' use: tasks, memory. Files in which nothing was ever stored are left out.
  package var files: [File]

  package var isGood: Bool { files.allSatisfy(\.isGood) }
  /// Whether only single rows are at fault: the files themselves can be copied.
  package var isReadable: Bool { files.allSatisfy { file in file.problems.allSatisfy { $0.row != nil } } }
}
