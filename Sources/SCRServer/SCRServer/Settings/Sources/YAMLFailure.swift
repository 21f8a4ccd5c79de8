import SCRProtocol
import Yams

/// Yams' errors as problems with a place.
enum YAMLFailure {
  static func problem(_ error: any Error, text: String, file: String) -> SourceProblem {
    func at(_ mark: Mark) -> SourceOrigin {
      .file(SourceLocation(file: file, line: mark.line, column: mark.column))
    }
    let start = SourceLocation(file: file, line: 1, column: 1)
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let around = context.map { "\($0.text) (line \($0.mark.line)): " } ?? ""
      return SourceProblem(.syntax, at: at(mark), around + problem)
    case .duplicatedKeysInMapping(let names, let context):
      let listed = names.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
      return SourceProblem(.duplicateKey, at: at(context.mark), "the key \(listed) is written twice")
    case .reader(let problem, let offset, _, _):
      return SourceProblem(.syntax, at: .file(place(offset ?? 0, in: text, file: file)), problem)
    default:
      return SourceProblem(.syntax, at: .file(start), "unreadable YAML: \(error)")
    }
  }

  private static func place(_ characters: Int, in text: String, file: String) -> SourceLocation {
    let before = text.prefix(characters)
    let column = before.reversed().prefix { !$0.isNewline }.count + 1
    return SourceLocation(file: file, line: before.count(where: \.isNewline) + 1, column: column)
  }
}
