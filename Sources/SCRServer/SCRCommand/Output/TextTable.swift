/// Rows in columns for people; widths follow the longest cell, the last column is never padded. Cells are one line
/// each, without control characters and cut at ``widest``.
package struct TextTable: Sendable {
  /// Columns of a terminal.
  package static let widest = 240

  private var rows: [[String]]

  package init(_ head: String...) { rows = [head] }

  package mutating func add(_ cells: String...) {
    rows.append(cells.map { TerminalText.fit(TerminalText.clean($0), columns: Self.widest) })
  }

  /// Lines without trailing spaces.
  package var text: String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? TerminalText.width($0[column]) : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = row.enumerated().map { column, cell in
        column == row.count - 1
          ? cell : cell + String(repeating: " ", count: widths[column] - TerminalText.width(cell) + 2)
      }.joined()
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
