package import SCRProtocol

/// The values of `--input`: `name=text`, or `name:=json` for anything that is no string.
package enum InputAssignment {
  /// Of two for the same name the last wins.
  /// - Throws: ``CommandFailure`` with exit code 2.
  package static func parse(_ assignments: [String]) throws(CommandFailure) -> JSONObject {
    var inputs = JSONObject()
    for assignment in assignments {
      guard let sign = assignment.firstIndex(of: "=") else { throw malformed(assignment) }
      let value = String(assignment[assignment.index(after: sign)...])
      let isJSON = assignment[..<sign].last == ":"
      let name = String(isJSON ? assignment[..<sign].dropLast() : assignment[..<sign])
      guard !name.isEmpty else { throw malformed(assignment) }
      inputs[name] = isJSON ? try json(value, of: name) : .string(value)
    }
    return inputs
  }

  private static func json(_ text: String, of name: String) throws(CommandFailure) -> JSONValue {
    do { return try JSONParser.parse(text) } catch {
      throw CommandFailure.usage(
        "--input \(name):=… is not JSON: \(error)",
        hint: "write \(name)=text for a string, or quote the JSON for the shell")
    }
  }

  private static func malformed(_ assignment: String) -> CommandFailure {
    CommandFailure.usage(
      "--input got \"\(assignment)\"", hint: "write name=text, or name:=json for numbers, lists and objects")
  }
}
