import SCRProtocol

/// What a plain YAML scalar means: the core schema of YAML 1.2 and nothing of 1.1 (`yes`, `on`, `1:30` are text).
enum YAMLScalar {
  /// - Returns: nil for `.inf` and `.nan`, which JSON cannot hold.
  static func resolve(_ text: String) -> JSONValue? {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: break
    }
    let bytes = Array(text.utf8)
    guard let first = bytes.first, isDigit(first) || "+-.".utf8.contains(first) else { return .string(text) }
    if isUnwritable(text) { return nil }
    return radixInteger(text) ?? decimal(bytes) ?? .string(text)
  }

  private static func isUnwritable(_ text: String) -> Bool {
    let unsigned = text.hasPrefix("+") || text.hasPrefix("-") ? text.dropFirst() : text[...]
    return [".inf", ".Inf", ".INF"].contains(unsigned) || [".nan", ".NaN", ".NAN"].contains(text)
  }

  /// `0o17` and `0x1F`; beyond 64 bits they stay text.
  private static func radixInteger(_ text: String) -> JSONValue? {
    let radix = text.hasPrefix("0o") ? 8 : text.hasPrefix("0x") ? 16 : nil
    guard let radix, text.count > 2, text.dropFirst(2).allSatisfy(\.isHexDigit) else { return nil }
    return Int64(text.dropFirst(2), radix: radix).map { .integer($0) }
  }

  /// A decimal number in YAML's laxer spelling (`+1`, `007`, `.5`, `1.`), with its digits kept in JSON's.
  private static func decimal(_ bytes: [UInt8]) -> JSONValue? {
    var rest = bytes[...]
    let sign = rest.first == UInt8(ascii: "-") ? "-" : ""
    if let first = rest.first, "+-".utf8.contains(first) { rest.removeFirst() }
    let whole = digits(&rest)
    var fraction: String?
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fraction = digits(&rest)
    }
    guard !whole.isEmpty || fraction?.isEmpty == false, let exponent = exponent(&rest), rest.isEmpty else { return nil }
    let significant = String(whole.drop { $0 == "0" })
    let head = sign + (significant.isEmpty ? "0" : significant)
    guard fraction != nil || !exponent.isEmpty else {
      return Int64(head).map { .integer($0) } ?? .number(JSONNumber(validated: head))
    }
    let tail = fraction.map { "." + ($0.isEmpty ? "0" : $0) } ?? ""
    return .number(JSONNumber(validated: head + tail + exponent))
  }

  /// - Returns: `e+10` and the like, empty where there is none, nil where it is broken.
  private static func exponent(_ rest: inout ArraySlice<UInt8>) -> String? {
    guard let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") else { return "" }
    rest.removeFirst()
    var sign = ""
    if let first = rest.first, "+-".utf8.contains(first) { sign = String(UnicodeScalar(rest.removeFirst())) }
    let digits = digits(&rest)
    return digits.isEmpty ? nil : String(UnicodeScalar(mark)) + sign + digits
  }

  private static func digits(_ rest: inout ArraySlice<UInt8>) -> String {
    let run = rest.prefix(while: isDigit)
    rest = rest.dropFirst(run.count)
    return String(decoding: run, as: UTF8.self)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
