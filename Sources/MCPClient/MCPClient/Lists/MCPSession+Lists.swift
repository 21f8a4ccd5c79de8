package import SCRProtocol
import Synchronization

extension MCPSession {
  private static let maxPages = 1000
  private static let maxEntries = 100_000

  /// All pages of `tools/list`.
  package func listTools(timeout: Duration) async throws -> ToolListing {
    guard peer?.offersTools != false else { return ToolListing() }
    let entries = try await pages("tools/list", "tools", timeout)
    if peer?.offersLegacyTasks == true {
      let names = entries.filter { $0["execution"]?["taskSupport"] == "required" }.compactMap {
        $0["name"]?.stringValue
      }
      taskTools.withLock { $0 = Set(names) }
    }
    return ToolListing(entries: entries)
  }

  /// All pages of `resources/list`, of entries that have an address.
  package func listResources(timeout: Duration) async throws -> [JSONObject] {
    guard peer?.offersResources == true else { return [] }
    return Self.named("uri", try await pages("resources/list", "resources", timeout))
  }

  /// All pages of `resources/templates/list`; empty where the server has no such method.
  package func listResourceTemplates(timeout: Duration) async throws -> [JSONObject] {
    guard peer?.offersResources == true else { return [] }
    do {
      return Self.named("uriTemplate", try await pages("resources/templates/list", "resourceTemplates", timeout))
    } catch let error as RPCError where error.code == ErrorKind.methodNotFound.code { return [] }
  }

  /// All pages of `prompts/list`.
  package func listPrompts(timeout: Duration) async throws -> [JSONObject] {
    guard peer?.offersPrompts == true else { return [] }
    return Self.named("name", try await pages("prompts/list", "prompts", timeout))
  }

  /// - Returns: `{contents: […]}` and what else the server says of it.
  package func readResource(_ uri: String, _ options: CallOptions) async throws -> JSONValue {
    var options = options
    options.isReporting = true
    return try await converse("resources/read", ["uri": .string(uri)], options)
  }

  /// - Returns: `{description?, messages: […]}`.
  package func getPrompt(_ name: String, arguments: JSONObject, _ options: CallOptions) async throws -> JSONValue {
    var options = options
    options.isReporting = true
    return try await converse("prompts/get", ["name": .string(name), "arguments": .object(arguments)], options)
  }

  /// - Parameter params: `ref`, `argument` and `context` of `completion/complete`.
  /// - Returns: `{completion: {values, total?, hasMore?}}`.
  package func complete(_ params: JSONObject, _ options: CallOptions) async throws -> JSONValue {
    try await request("completion/complete", params, options)
  }

  /// Asks a legacy server to tell, or to tell no more, when what the resource holds changes.
  package func watchResource(_ uri: String, _ isWatched: Bool, timeout: Duration) async throws {
    let method = isWatched ? "resources/subscribe" : "resources/unsubscribe"
    _ = try await request(method, ["uri": .string(uri)], CallOptions(timeout: timeout))
  }

  private static func named(_ key: String, _ entries: [JSONValue]) -> [JSONObject] {
    entries.compactMap(\.objectValue).filter { $0[key]?.stringValue?.isEmpty == false }
  }

  /// - Throws: ``MCPClientError`` `protocol_violation` for a list without an end.
  private func pages(_ method: String, _ key: String, _ timeout: Duration) async throws -> [JSONValue] {
    var entries: [JSONValue] = []
    var cursor: JSONValue?
    for _ in 0..<Self.maxPages {
      var params: JSONObject = [:]
      params["cursor"] = cursor
      let page = try await request(method, params, CallOptions(timeout: timeout))
      entries += page[key]?.arrayValue ?? []
      if entries.count > Self.maxEntries { break }
      guard let next = page["nextCursor"], next.stringValue != nil, next != cursor else { return entries }
      cursor = next
    }
    throw MCPClientError(
      .protocolViolation,
      "the answers of \(serverName) to \(method) are more than \(Self.maxPages) pages or \(Self.maxEntries) entries")
  }
}
