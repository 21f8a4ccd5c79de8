import GRDB
import SCRRuntime

/// How the rows of one table are looked at.
struct TableCheck: Sendable {
  let name: String
  let columns: String
  /// Which row it is, in words, however damaged the rest of it.
  let place: @Sendable (StoredRow) -> String
  /// What does not hold of a row that can be read.
  /// - Throws: `StoreError.corrupt` for one that cannot.
  let faults: @Sendable (StoredRow) throws -> [String]
  /// What does not hold of the table as a whole.
  var whole: @Sendable (Database) throws -> [String] = { _ in [] }

  func run(_ database: Database, _ report: inout StoreReport.File) throws {
    var count = 0
    do {
      let rows = try database.rows("SELECT \(columns) FROM \(name)", [])
      while let row = try rows.next() {
        count += 1
        for fault in Self.messages(of: row, faults) {
          report.add(StoreReport.Problem(table: name, row: place(row), fault))
        }
      }
      for fault in try whole(database) { report.add(StoreReport.Problem(table: name, fault)) }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
      report.add(
        StoreReport.Problem(
          table: name, "cannot be read beyond \(count) rows: \(error.message ?? "the file is damaged")"))
    }
    report.rows[name] = count
  }

  private static func messages(of row: StoredRow, _ faults: (StoredRow) throws -> [String]) -> [String] {
    do { return try faults(row) } catch { return [(error as? StoreError)?.message ?? "\(error)"] }
  }

  /// The value at a place of a row, in words.
  private static func word(_ row: StoredRow, _ place: Int) -> String {
    switch row[place] {
    case .text(let text): String(text.prefix(100))
    case .integer(let number): "\(number)"
    case .null: "nothing"
    case .utf8, .blob: "nonsense"
    }
  }
}

extension TableCheck {
  static let tasks = [
    TableCheck(
      name: "tasks", columns: TaskRow.columns, place: { "task \(word($0, 1))" },
      faults: { row in
        let task = try TaskRow.read(row).task
        var faults: [String] = []
        if task.state.isFinal, task.endedAt == nil { faults.append("ended as \(task.state.rawValue), but at no time") }
        if task.state == .running, task.lease == nil { faults.append("runs, but nobody has its lease") }
        return faults
      }),
    TableCheck(
      name: "steps", columns: StepRow.columns, place: { "step \(word($0, 1)) of \(word($0, 0))" },
      faults: { row in
        let step = try StepRow.read(row)
        return step.state == .completed && step.value == nil ? ["completed, but without a value"] : []
      }),
    TableCheck(
      name: "documents", columns: DocumentRow.columns, place: { "document \(word($0, 3)) \(word($0, 4))" },
      faults: { row in
        let document = try DocumentRow.read(row)
        return document.revision < 1 ? ["was written \(document.revision) times"] : []
      }),
    TableCheck(
      name: "events", columns: EventRow.columns, place: { "event \(word($0, 0))" },
      faults: { row in
        _ = try EventRow.read(row)
        return []
      },
      whole: { database in
        let newest = try Int64.fetchOne(database, sql: "SELECT max(sequence) FROM events") ?? 0
        let given = try Int64.fetchOne(database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'events'") ?? 0
        return newest > given ? ["event \(newest) is newer than the last number that was given, \(given)"] : []
      }),
  ]

  static let memory = [
    TableCheck(
      name: "records", columns: MemoryRow.columns, place: { "\(word($0, 3)) \(word($0, 4))" },
      faults: { row in
        _ = try MemoryRow.read(row)
        return []
      })
  ]
}
