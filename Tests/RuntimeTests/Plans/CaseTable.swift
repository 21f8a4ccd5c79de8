import SCRProtocol
import Testing

/// Cases as pairs of lines, given and expected: long tables of literals are slow to type-check.
struct TableCase: Sendable, CustomTestStringConvertible {
  let given: String
  let expected: String

  var testDescription: String { given }

  func json() throws -> JSONValue { try JSONParser.parse(given) }

  static func table(_ text: String) -> [TableCase] {
    let lines = text.split(separator: "\n").map { line in String(line.drop { $0 == " " }) }
    precondition(lines.count.isMultiple(of: 2), "a case is a pair of lines")
    return stride(from: 0, to: lines.count, by: 2).map { TableCase(given: lines[$0], expected: lines[$0 + 1]) }
  }
}
