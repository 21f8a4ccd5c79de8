package import SCRProtocol

extension Budget {
  private static let names = BudgetBreach.Limit.allCases.map(\.rawValue)

  /// `{wallMs?, toolCalls?, tokens?, costUSD?}`: whole numbers from 0, and dollars with at most six decimals.
  ///
  /// - Throws: ``ShapeError`` naming the member and what would be right.
  package init(json: JSONValue, path: String) throws(ShapeError) {
    guard let object = json.objectValue else {
      throw ShapeError(
        path: path, message: "expected an object, found \(json.typeName)", hint: "such as {\"toolCalls\": 100}")
    }
    for member in object where !Self.names.contains(member.key) {
      throw ShapeError(
        path: "\(path).\(member.key.prefix(100))", message: "unknown member \"\(member.key.prefix(100))\"",
        hint: Suggestion.hint(member.key, among: Self.names) ?? "known are \(Self.names.joined(separator: ", "))")
    }
    wallMs = try Self.whole(object, .wallTime, path)
    toolCalls = try Self.whole(object, .toolCalls, path)
    tokens = try Self.whole(object, .tokens, path)
    costMicros = try object[BudgetBreach.Limit.cost.rawValue].map { value throws(ShapeError) in
      guard let micros = Dollars.micros(value), micros >= 0 else {
        throw ShapeError(
          path: "\(path).costUSD", message: "expected an amount of US dollars, found \(Self.shown(value))",
          hint: "a number from 0 with at most six decimals, such as 0.25")
      }
      return micros
    }
  }

  private static func whole(
    _ object: JSONObject, _ limit: BudgetBreach.Limit, _ path: String
  ) throws(ShapeError) -> Int64? {
    guard let value = object[limit.rawValue] else { return nil }
    guard let number = value.integerValue, (0..<(1 << 53)).contains(number) else {
      throw ShapeError(
        path: "\(path).\(limit.rawValue)", message: "expected a whole number from 0, found \(shown(value))",
        hint: "leave it out for no limit")
    }
    return number
  }

  private static func shown(_ value: JSONValue) -> String {
    switch value {
    case .integer, .number: String(value.jsonText.prefix(40))
    default: value.typeName
    }
  }

  /// Limits that are none are left out.
  package var json: JSONValue {
    var fields: JSONObject = [:]
    fields["wallMs"] = wallMs.map { .integer($0) }
    fields["toolCalls"] = toolCalls.map { .integer($0) }
    fields["tokens"] = tokens.map { .integer($0) }
    fields["costUSD"] = costMicros.map(Dollars.json)
    return .object(fields)
  }
}
