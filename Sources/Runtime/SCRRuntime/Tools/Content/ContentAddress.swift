/// Addresses under which the resources of tool servers are offered again. Pure.
///
/// A resource keeps its own address unless two servers have the same. `scr://server/NAME/…` names the server as well and
/// can be read at any time; `…` is the server's own address with what may not stand in a path escaped.
package enum ContentAddress {
  private static let prefix = "scr://server/"

  package static func qualified(_ uri: String, server: String) -> String {
    prefix + escaped(server, keeping: unreserved) + "/" + escaped(uri, keeping: path)
  }

  /// - Returns: nil for addresses that name no server.
  package static func parse(_ uri: String) -> (server: String, uri: String)? {
    guard uri.hasPrefix(prefix) else { return nil }
    let rest = uri.dropFirst(prefix.count)
    guard let slash = rest.firstIndex(of: "/"), let server = plain(rest[..<slash]),
      let own = plain(rest[rest.index(after: slash)...]), !server.isEmpty, !own.isEmpty
    else { return nil }
    return (server, own)
  }

  /// Braces stay, so that a template is one still.
  private static let unreserved = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
  private static let path = unreserved.union("/:@!$&'()*+,;={}".utf8)

  private static func escaped(_ text: String, keeping kept: Set<UInt8>) -> String {
    let digits = Array("0123456789ABCDEF")
    return text.utf8.reduce(into: "") { result, byte in
      if kept.contains(byte) {
        result.append(Character(Unicode.Scalar(byte)))
      } else {
        result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 0xF)])"
      }
    }
  }

  private static func plain(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
        return nil
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// Whether an address may come from a template: its literal parts in order, something in between. A name alone matches
  /// no slash; other expressions do.
  package static func matches(_ uri: String, template: String) -> Bool {
    match(Array(uri.utf8)[...], Array(template.utf8)[...])
  }

  private static func match(_ uri: ArraySlice<UInt8>, _ template: ArraySlice<UInt8>) -> Bool {
    guard let open = template.firstIndex(of: UInt8(ascii: "{")),
      let close = template[open...].firstIndex(of: UInt8(ascii: "}"))
    else { return uri == template }
    let literal = template[..<open]
    guard uri.starts(with: literal) else { return false }
    let rest = uri.dropFirst(literal.count)
    let (expression, tail) = (template[template.index(after: open)..<close], template[template.index(after: close)...])
    let isPlain = expression.first.map { unreserved.contains($0) } ?? false
    // The next literal decides where the value ends; templates are short and so are addresses.
    for end in (rest.startIndex...rest.endIndex).reversed() {
      let value = rest[rest.startIndex..<end]
      if isPlain, value.isEmpty || value.contains(UInt8(ascii: "/")) { continue }
      if match(rest[end...], tail) { return true }
    }
    return false
  }
}
