import SCRProtocol

/// One page of `tools/list`. The cursor names the last tool that was shown, so it stays good while tools come and go.
struct ToolPage: Sendable {
  static let size = 100

  let tools: [MCPTool]
  let nextCursor: String?

  /// - Parameter cursor: nil and the empty string begin at the first tool.
  /// - Throws: `RPCError` −32602 for a cursor that we did not make.
  init(of all: [MCPTool], after cursor: String?) throws(RPCError) {
    var start = 0
    if let cursor, !cursor.isEmpty {
      let last = try Self.lastName(in: cursor)
      start = all.firstIndex { $0.name == last }.map { $0 + 1 } ?? all.firstIndex { $0.name > last } ?? all.count
    }
    tools = Array(all[start...].prefix(Self.size))
    nextCursor = start + tools.count < all.count ? tools.last.map { Self.cursor(after: $0.name) } : nil
  }

  private static let prefix = "after:"

  private static func cursor(after name: String) -> String {
    (prefix + name).utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static func lastName(in cursor: String) throws(RPCError) -> String {
    let digits = Array(cursor.utf8)
    let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
    }
    guard digits.count.isMultiple(of: 2), bytes.count * 2 == digits.count,
      let text = String(validating: bytes, as: UTF8.self), text.hasPrefix(prefix)
    else { throw RPCError(.invalidParams, "the cursor was not made by this server", path: "params.cursor") }
    return String(text.dropFirst(prefix.count))
  }
}
