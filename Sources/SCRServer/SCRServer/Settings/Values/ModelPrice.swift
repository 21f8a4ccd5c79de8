import SCRProtocol
package import SCRRuntime

/// One price as it is written under `models.providers.<name>.prices`.
package struct ModelPrice: Sendable, Hashable {
  /// A pattern over the provider's models.
  package var models = "*"
  /// A day, `2026-01-31`.
  package var from: String
  /// Millionths of a US dollar per million tokens.
  package var input: Int64
  package var output: Int64
  package var cachedInput: Int64?
  package var cacheWrite: Int64?

  package init(
    models: String = "*", from: String, input: Int64, output: Int64, cachedInput: Int64? = nil, cacheWrite: Int64? = nil
  ) {
    self.models = models
    self.from = from
    self.input = input
    self.output = output
    self.cachedInput = cachedInput
    self.cacheWrite = cacheWrite
  }

  /// As the accounts use it; nil for a day that is none.
  package func price(of provider: String) -> PriceTable.Price? {
    guard let start = Self.moment(from) else { return nil }
    return PriceTable.Price(
      models: "\(provider)/\(models)", from: start, inputMicros: input, outputMicros: output,
      cachedMicros: cachedInput, cacheWriteMicros: cacheWrite)
  }

  static func moment(_ day: String) -> Timestamp? { Timestamp("\(day)T00:00:00Z") }

  private static let members = ["models", "from", "input", "output", "cachedInput", "cacheWrite"]

  init(json: JSONValue, subpath: String) throws(SettingComplaint) {
    guard let fields = json.objectValue else { throw .wrongType("a map", json, subpath: subpath) }
    for field in fields where !Self.members.contains(field.key) {
      throw SettingComplaint(
        .unknownKey, "unknown member \"\(field.key)\"",
        hint: Suggestion.hint(field.key, among: Self.members) ?? "known are \(Self.members.joined(separator: ", "))",
        subpath: "\(subpath).\(field.key)")
    }
    if let pattern = fields["models"] {
      guard let text = pattern.stringValue else { throw .wrongType("a string", pattern, subpath: "\(subpath).models") }
      models = text
    }
    guard let day = fields["from"]?.stringValue, day.utf8.count == 10, Self.moment(day) != nil else {
      throw SettingComplaint(
        .outOfRange, "a price needs the day from which it counts", hint: "from: 2026-01-31", subpath: subpath)
    }
    from = day
    input = try Self.dollars(fields, "input", subpath)
    output = try Self.dollars(fields, "output", subpath)
    cachedInput = fields["cachedInput"] == nil ? nil : try Self.dollars(fields, "cachedInput", subpath)
    cacheWrite = fields["cacheWrite"] == nil ? nil : try Self.dollars(fields, "cacheWrite", subpath)
  }

  private static func dollars(_ fields: JSONObject, _ name: String, _ subpath: String) throws(SettingComplaint) -> Int64
  {
    guard let micros = fields[name].flatMap(Dollars.micros), micros >= 0 else {
      throw SettingComplaint(
        .outOfRange, "\(name) is US dollars per million tokens", hint: "a number from 0 with at most six decimals",
        subpath: fields[name] == nil ? subpath : "\(subpath).\(name)")
    }
    return micros
  }

  var json: JSONValue {
    var fields: JSONObject = [
      "models": .string(models), "from": .string(from), "input": Dollars.json(input), "output": Dollars.json(output),
    ]
    fields["cachedInput"] = cachedInput.map(Dollars.json)
    fields["cacheWrite"] = cacheWrite.map(Dollars.json)
    return .object(fields)
  }
}

extension SettingKind where Value == [ModelPrice] {
  static let prices = SettingKind(
    label: "list of prices", parse: nil,
    decode: { json throws(SettingComplaint) in
      guard let values = json.arrayValue else { throw .wrongType("a list of prices", json) }
      var prices: [ModelPrice] = []
      for (place, value) in values.enumerated() {
        prices.append(try ModelPrice(json: value, subpath: "[\(place)]"))
      }
      return prices
    }, encode: { .array($0.map(\.json)) })
}
