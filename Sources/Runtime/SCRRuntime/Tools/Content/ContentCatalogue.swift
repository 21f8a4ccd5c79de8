package import SCRProtocol

/// All resources and prompts of tool servers at one moment, under the names that clients of ours see. Immutable.
package struct ContentCatalogue: Sendable, Hashable {
  package struct Entry: Sendable, Hashable {
    package let server: String
    /// The server's own address, template or name.
    package let own: String
    /// What clients see: the same, or one that names the server.
    package let offered: String
    /// As the server listed it, with ``offered`` in the place of ``own``.
    package let fields: JSONObject
  }

  /// In the order of their offered addresses, so that pages of them are stable.
  package let resources: [Entry]
  package let templates: [Entry]
  /// Named `server.prompt`.
  package let prompts: [Entry]
  private let byAddress: [String: [Entry]]

  package init(_ sources: [(server: String, content: SourceContent)]) {
    resources = Self.entries(sources, \.resources, key: "uri")
    templates = Self.entries(sources, \.templates, key: "uriTemplate")
    prompts = sources.flatMap { source in
      source.content.prompts.compactMap { prompt in
        guard let own = prompt["name"]?.stringValue else { return nil }
        return Entry(source.server, own, "\(source.server).\(own)", prompt, key: "name")
      }
    }.sorted { $0.offered < $1.offered }
    byAddress = Dictionary(grouping: resources, by: \.own)
  }

  private static func entries(
    _ sources: [(server: String, content: SourceContent)], _ list: KeyPath<SourceContent, [JSONObject]>, key: String
  ) -> [Entry] {
    var servers: [String: Set<String>] = [:]
    for source in sources {
      for item in source.content[keyPath: list] {
        if let own = item[key]?.stringValue { servers[own, default: []].insert(source.server) }
      }
    }
    var found: [String: Entry] = [:]
    for source in sources {
      for item in source.content[keyPath: list] {
        guard let own = item[key]?.stringValue else { continue }
        let isShared = (servers[own]?.count ?? 0) > 1 || ContentAddress.parse(own) != nil
        let offered = isShared ? ContentAddress.qualified(own, server: source.server) : own
        if found[offered] == nil { found[offered] = Entry(source.server, own, offered, item, key: key) }
      }
    }
    return found.values.sorted { $0.offered < $1.offered }
  }

  /// Which server is to be asked for an address, and by which of its own.
  /// - Throws: `ToolError` `not_found`, also where several servers have it.
  package func route(_ uri: String) throws(ToolError) -> (server: String, uri: String) {
    if let named = ContentAddress.parse(uri) { return named }
    let exact = byAddress[uri] ?? []
    let found = exact.isEmpty ? templates.filter { ContentAddress.matches(uri, template: $0.own) } : exact
    let servers = Set(found.map(\.server)).sorted()
    if servers.count == 1 { return (servers[0], uri) }
    if servers.isEmpty {
      throw ToolError(.notFound, "no tool server has the resource \(uri.prefix(500))")
    }
    throw ToolError(
      .notFound, "several tool servers have the resource \(uri.prefix(500))",
      hint:
        "read \(ContentAddress.qualified(uri, server: servers[0])), or the same of \(servers.dropFirst().joined(separator: ", "))"
    )
  }

  /// - Throws: `ToolError` `not_found`.
  package func prompt(_ name: String) throws(ToolError) -> Entry {
    if let entry = prompts.first(where: { $0.offered == name }) { return entry }
    throw ToolError(
      .notFound, "there is no prompt \"\(name.prefix(200))\"",
      hint: Suggestion.nearest(to: name, among: prompts.map(\.offered)).map { "did you mean \"\($0)\"?" })
  }
}

extension ContentCatalogue.Entry {
  fileprivate init(_ server: String, _ own: String, _ offered: String, _ item: JSONObject, key: String) {
    var fields = item
    fields[key] = .string(offered)
    self.init(server: server, own: own, offered: offered, fields: fields)
  }
}
