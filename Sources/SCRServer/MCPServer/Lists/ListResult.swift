import SCRProtocol

/// Writes the results that are made of modern envelope and members: `resultType`, cache rules, the server's identity.
struct ResultWriter: Sendable {
  let serverInfo: JSONValue

  /// - Parameter ttlMs: for results that the revision lets a client keep; nil for others.
  func complete(_ members: JSONObject, _ era: Era, ttlMs: Int? = nil, type: String = "complete") -> JSONSlice {
    guard era.isModern else { return JSONSlice(.object(members)) }
    var result: JSONObject = ["resultType": .string(type)]
    for member in members { result[member.key] = member.value }
    if let ttlMs {
      result["ttlMs"] = .init(max(0, ttlMs))
      result["cacheScope"] = "private"
    }
    result["_meta"] = serverInfo
    return JSONSlice(.object(result))
  }

  func list<Item>(
    _ name: String, _ page: ProviderPage<Item>, _ era: Era, isCached: Bool = true, _ json: (Item) -> JSONValue
  ) -> JSONSlice {
    var members: JSONObject = [name: .array(page.items.map(json))]
    members["nextCursor"] = page.next.map { .string(ListCursor.cursor(after: $0)) }
    return complete(members, era, ttlMs: isCached ? page.ttlMs : nil)
  }
}
