package import SCRProtocol

/// The opaque cursor of our lists: it names the last item that was shown, so it stays good while items come and go.
package enum ListCursor {
  /// - Parameter cursor: nil and the empty string begin at the first item.
  /// - Throws: `RPCError` −32602 for a cursor that we did not make.
  package static func page(_ params: JSONSlice?, limit: Int = 100) throws(RPCError) -> PageRequest {
    guard let cursor = params?.member("cursor"), !cursor.isNull else { return PageRequest(limit: limit) }
    guard let text = cursor.string else {
      throw RPCError(.invalidParams, "\"cursor\" must be a string", path: "params.cursor")
    }
    return PageRequest(after: text.isEmpty ? nil : try key(in: text), limit: limit)
  }

  private static let prefix = "after:"

  package static func cursor(after key: String) -> String { Base64URL.encode(Array((prefix + key).utf8)) }

  static func key(in cursor: String) throws(RPCError) -> String {
    guard let bytes = Base64URL.decode(cursor), let text = String(validating: bytes, as: UTF8.self),
      text.hasPrefix(prefix)
    else { throw RPCError(.invalidParams, "the cursor was not made by this server", path: "params.cursor") }
    return String(text.dropFirst(prefix.count))
  }
}
