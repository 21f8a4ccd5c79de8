package import MCPServer
package import SCRProtocol

package final class EverythingResources: ResourceProvider {
  package let updates = Observers<String>()
  package let listChanges = Observers<Void>()

  package init() {}

  private static let all = [
    MCPResource(
      uri: "test://static-binary", name: "static-binary", title: "Static binary",
      description: "A binary resource for testing", mimeType: "image/png"),
    MCPResource(
      uri: "test://static-text", name: "static-text", title: "Static text", description: "A text resource for testing",
      mimeType: "text/plain"),
    MCPResource(
      uri: "test://watched-resource", name: "watched-resource", title: "Watched",
      description: "A resource that changes", mimeType: "text/plain"),
  ]

  private static let template = MCPResource(
    uri: "test://template/{id}/data", name: "template-data", title: "Data by id",
    description: "A template for testing", mimeType: "application/json")

  package func resources(_ page: PageRequest) async throws -> ProviderPage<MCPResource> {
    ProviderPage(of: Self.all, key: \.uri, page, ttlMs: 60_000)
  }

  package func templates(_ page: PageRequest) async throws -> ProviderPage<MCPResource> {
    ProviderPage(of: [Self.template], key: \.uri, page, ttlMs: 60_000)
  }

  package func read(_ uri: String, _ context: RequestContext) async throws -> ResourceReading {
    func text(_ text: String, _ mimeType: String) -> ResourceReading {
      ResourceReading([ResourceContents(uri: uri, mimeType: mimeType, .text(text))], ttlMs: 1000)
    }
    switch uri {
    case "test://static-text": return text("This is the content of the static text resource.", "text/plain")
    case "test://watched-resource": return text("This resource is watched.", "text/plain")
    case "test://static-binary":
      return ResourceReading([ResourceContents(uri: uri, mimeType: "image/png", .blob(Samples.png))], ttlMs: 1000)
    default:
      guard let match = uri.wholeMatch(of: /test:\/\/template\/([^\/]+)\/data/) else { throw ResourceNotFound(uri) }
      let data: JSONValue = [
        "id": .string(String(match.1)), "templateTest": true, "data": .string("Data for ID: \(match.1)"),
      ]
      return text(data.jsonText, "application/json")
    }
  }

  package var tellsOfListChanges: Bool { true }
  package func observeList(_ onChange: @escaping @Sendable () -> Void) -> (any AnyObject & Sendable)? {
    listChanges.add(onChange)
  }

  package var tellsOfUpdates: Bool { true }
  package func observe(
    _ uri: String, _ onUpdate: @escaping @Sendable () -> Void
  ) async -> (any AnyObject & Sendable)? {
    guard Self.all.contains(where: { $0.uri == uri }) else { return nil }
    return updates.add { if $0 == uri { onUpdate() } }
  }
}

package struct EverythingCompletions: CompletionProvider {
  package func complete(_ request: CompletionRequest) async throws -> Completion {
    switch request.reference {
    case .prompt("test_prompt_with_arguments"):
      let values = ["test", "testing", "hello", "world"].filter { $0.hasPrefix(request.value) }
      return Completion(values, total: values.count, hasMore: false)
    case .resource("test://template/{id}/data"):
      return Completion((0..<250).map { "\($0)" }.filter { $0.hasPrefix(request.value) })
    case .prompt(let name) where EverythingPrompts.names.contains(name): return Completion([])
    case .prompt, .resource:
      throw RPCError(.invalidParams, "there is no such prompt or template", path: "params.ref")
    }
  }
}
