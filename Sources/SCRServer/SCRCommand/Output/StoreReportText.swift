package import SCRProtocol
package import SCRStore

/// A look at the store in words, and as JSON.
package enum StoreReportText {
  /// One line for each file, and one below it for each problem.
  package static func text(_ report: StoreReport) -> String {
    report.files.flatMap { file in [line(file)] + problems(file) }.joined(separator: "\n")
  }

  private static func line(_ file: StoreReport.File) -> String {
    let count = file.problems.count + file.moreProblems
    let verdict = count == 0 ? "good" : count == 1 ? "1 problem" : "\(count) problems"
    var facts = [file.format.map { "format \($0)" } ?? "unreadable", size(file.bytes)]
    if file.logBytes > 1 { facts.append("log \(size(file.logBytes))") }
    if file.isOlderFormat {
      facts.append("older: its rows are looked at once scr serve has brought it up to date")
    } else {
      facts += file.rows.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    }
    return "\(file.name): \(verdict) (\(facts.joined(separator: ", ")))"
  }

  private static func problems(_ file: StoreReport.File) -> [String] {
    var lines = file.problems.map { problem in
      "  "
        + [problem.row ?? problem.table, problem.message].compactMap { $0 }.map(TerminalText.clean).joined(
          separator: ": ")
    }
    if file.moreProblems > 0 { lines.append("  and \(file.moreProblems) more") }
    return lines
  }

  /// `{ok, files: [{file, format?, bytes, logBytes, rows, problems: [{table?, row?, message}], moreProblems}]}`.
  package static func fields(_ report: StoreReport) -> JSONObject {
    ["ok": .bool(report.isGood), "files": .array(report.files.map(json))]
  }

  package static func json(_ report: StoreReport) -> JSONValue { .object(fields(report)) }

  private static func json(_ file: StoreReport.File) -> JSONValue {
    var rows = JSONObject()
    for (table, count) in file.rows.sorted(by: { $0.key < $1.key }) { rows[table] = .init(count) }
    var fields: JSONObject = [
      "file": .string(file.name), "bytes": .init(Int(file.bytes)), "logBytes": .init(Int(file.logBytes)),
      "rows": .object(rows), "problems": .array(file.problems.map(json)), "moreProblems": .init(file.moreProblems),
    ]
    fields["format"] = file.format.map { .init($0) }
    return .object(fields)
  }

  private static func json(_ problem: StoreReport.Problem) -> JSONValue {
    var fields: JSONObject = ["message": .string(problem.message)]
    fields["table"] = problem.table.map { .string($0) }
    fields["row"] = problem.row.map { .string($0) }
    return .object(fields)
  }

  /// `12.4 MiB`; whole below a KiB.
  package static func size(_ bytes: Int64) -> String {
    var (value, unit) = (bytes * 10, 0)
    while value >= 10240, unit < 4 { (value, unit) = (value / 1024, unit + 1) }
    let name = ["B", "KiB", "MiB", "GiB", "TiB"][unit]
    return unit == 0 ? "\(bytes) B" : "\(value / 10).\(value % 10) \(name)"
  }
}
