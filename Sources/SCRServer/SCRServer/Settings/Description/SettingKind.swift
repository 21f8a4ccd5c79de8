import SCRProtocol

/// Why a value is not acceptable; whoever knows the place makes a ``SourceProblem`` of it.
package struct SettingComplaint: Error, Sendable, Hashable {
  let code: SourceProblem.Code
  let message: String
  var hint: String?
  /// Below the setting's own path, for example `[2]`.
  var subpath = ""

  init(_ code: SourceProblem.Code, _ message: String, hint: String? = nil, subpath: String = "") {
    self.code = code
    self.message = message
    self.hint = hint
    self.subpath = subpath
  }

  static func wrongType(_ expected: String, _ found: JSONValue, subpath: String = "") -> SettingComplaint {
    let isQuotable = expected == "a string" && (found.doubleValue != nil || found.boolValue != nil)
    return SettingComplaint(
      .wrongType, "expected \(expected), found \(found.isNull ? "nothing" : found.typeName)",
      hint: isQuotable ? "write it in quotes" : nil, subpath: subpath)
  }
}

/// How one kind of value is written in a file and in an environment variable.
package struct SettingKind<Value: Sendable>: Sendable {
  /// For the documentation, with the range: `integer, 1 to 1024`.
  let label: String
  /// A relative path, which is meant from the folder of the file that holds it.
  var isPath = false
  /// A value as it stands in an environment variable or flag; nil where the kind has no such form.
  let parse: (@Sendable (String) -> JSONValue)?
  let decode: @Sendable (JSONValue) throws(SettingComplaint) -> Value
  let encode: @Sendable (Value) -> JSONValue
}

extension SettingKind where Value == Int {
  static func integer(_ range: ClosedRange<Int>) -> SettingKind {
    SettingKind(
      label: "integer, \(range.lowerBound) to \(range.upperBound)",
      parse: { Int64($0).map { .integer($0) } ?? .string($0) },
      decode: { json throws(SettingComplaint) in
        guard let number = json.integerValue else { throw .wrongType("an integer", json) }
        guard let value = Int(exactly: number), range.contains(value) else {
          throw SettingComplaint(
            .outOfRange, "\(number) is out of range", hint: "allowed are \(range.lowerBound) to \(range.upperBound)")
        }
        return value
      }, encode: { JSONValue($0) })
  }

  /// Milliseconds up to a day.
  static let duration = integer(1...86_400_000)
}

extension SettingKind where Value == Bool {
  static let bool = SettingKind(
    label: "true or false", parse: { $0 == "true" ? true : $0 == "false" ? false : .string($0) },
    decode: { json throws(SettingComplaint) in
      guard let flag = json.boolValue else { throw .wrongType("true or false", json) }
      return flag
    }, encode: { .bool($0) })
}

extension SettingKind where Value == String {
  static let string = SettingKind(label: "string", parse: { .string($0) }, decode: text, encode: { .string($0) })

  /// A file or folder; `~/` stands for the home directory.
  static let path = SettingKind(
    label: "path", isPath: true, parse: { .string($0) }, decode: text, encode: { .string($0) })

  static let httpURL = SettingKind(
    label: "http or https URL", parse: { .string($0) },
    decode: { json throws(SettingComplaint) in
      let url = try text(json)
      guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
        throw SettingComplaint(.outOfRange, "\"\(url)\" is no http or https URL")
      }
      let authority = url.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
      guard !authority.contains("@") else {
        throw SettingComplaint(
          .notAllowed, "a secret must not stand in an address", hint: "remove what stands before the @")
      }
      return url
    }, encode: { .string($0) })

  @Sendable fileprivate static func text(_ json: JSONValue) throws(SettingComplaint) -> String {
    guard let text = json.stringValue else { throw .wrongType("a string", json) }
    guard !text.isEmpty, !text.utf8.contains(0) else {
      throw SettingComplaint(.outOfRange, text.isEmpty ? "the value is empty" : "the value holds a NUL character")
    }
    return text
  }
}

extension SettingKind where Value: RawRepresentable<String> & CaseIterable {
  /// One of the words of an enumeration.
  static var word: SettingKind {
    let words = Value.allCases.map(\.rawValue)
    return SettingKind(
      label: words.joined(separator: ", "), parse: { .string($0) },
      decode: { json throws(SettingComplaint) in
        guard let text = json.stringValue else { throw .wrongType("one of \(words.joined(separator: ", "))", json) }
        guard let value = Value(rawValue: text) else {
          throw SettingComplaint(
            .outOfRange, "\"\(text)\" is none of \(words.joined(separator: ", "))",
            hint: Suggestion.hint(text, among: words))
        }
        return value
      }, encode: { .string($0.rawValue) })
  }
}

extension SettingKind where Value == [String] {
  /// In the environment a list is separated by commas.
  static let strings = SettingKind(
    label: "list of strings", parse: { .array(CommaList.split($0).map { .string($0) }) },
    decode: { json throws(SettingComplaint) in
      guard let values = json.arrayValue else { throw .wrongType("a list of strings", json) }
      var strings: [String] = []
      for (place, value) in values.enumerated() {
        guard let text = value.stringValue else { throw .wrongType("a string", value, subpath: "[\(place)]") }
        strings.append(text)
      }
      return strings
    }, encode: { .array($0.map { .string($0) }) })
}

/// `a, b,c` as the prototype's variables hold lists; items cannot hold commas.
enum CommaList {
  static func split(_ text: String) -> [String] {
    text.split(separator: ",").map { item in
      String(item.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }.filter { !$0.isEmpty }
  }
}
