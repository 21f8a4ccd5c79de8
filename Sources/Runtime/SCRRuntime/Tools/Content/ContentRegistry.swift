package import SCRProtocol
import Synchronization

/// The resources and prompts of all tool servers, for clients that are offered them again.
package final class ContentRegistry: Sendable {
  package enum Change: Sendable, Hashable { case resources, prompts }

  private struct State {
    var sources: [String: any ContentSource] = [:]
    var catalogue = ContentCatalogue([])
    var observers: [Int: @Sendable (Change) -> Void] = [:]
    var nextObserver = 0
  }

  private let state = Mutex(State())
  package var catalogue: ContentCatalogue { state.withLock(\.catalogue) }

  /// Calls `onChange` when one of the lists is another, until the result is released.
  package func observe(_ onChange: @escaping @Sendable (Change) -> Void) -> ToolListObservation {
    let id = state.withLock { state in
      state.nextObserver += 1
      state.observers[state.nextObserver] = onChange
      return state.nextObserver
    }
    return ToolListObservation { [weak self] in self?.state.withLock { $0.observers[id] = nil } }
  }

  func update(_ sources: [any ToolSource]) {
    let found = sources.compactMap { $0 as? any ContentSource }
    let (observers, changes) = state.withLock { state -> ([@Sendable (Change) -> Void], [Change]) in
      state.sources = Dictionary(found.compactMap { source in source.serverName.map { ($0, source) } }) { $1 }
      let old = state.catalogue
      let new = ContentCatalogue(found.compactMap { source in source.serverName.map { ($0, source.content) } })
      state.catalogue = new
      var changes: [Change] = []
      if old.resources != new.resources || old.templates != new.templates { changes.append(.resources) }
      if old.prompts != new.prompts { changes.append(.prompts) }
      return (Array(state.observers.values), changes)
    }
    for change in changes { for observer in observers { observer(change) } }
  }

  // MARK: Asking

  /// - Parameter uri: as offered, or one that names its server.
  /// - Returns: `{contents: […]}`; where the address had to name the server, the contents' do as well.
  /// - Throws: `ToolError`, `CancellationError`.
  package func read(_ uri: String, _ context: ToolContext) async throws -> JSONValue {
    let (name, own) = try catalogue.route(uri)
    let result = try await source(name).readResource(own, context)
    guard own != uri, let contents = result["contents"]?.arrayValue, var fields = result.objectValue else {
      return result
    }
    fields["contents"] = .array(
      contents.map { content in
        guard content["uri"]?.stringValue == own, var content = content.objectValue else { return content }
        content["uri"] = .string(uri)
        return .object(content)
      })
    return .object(fields)
  }

  /// - Parameter name: `server.prompt`.
  /// - Returns: `{description?, messages: […]}`.
  /// - Throws: `ToolError`, `CancellationError`.
  package func prompt(_ name: String, arguments: JSONObject, _ context: ToolContext) async throws -> JSONValue {
    let entry = try catalogue.prompt(name)
    return try await source(entry.server).prompt(entry.own, arguments: arguments, context)
  }

  /// - Parameter params: of `completion/complete`, with names and addresses as offered.
  /// - Returns: `{completion: {values, total?, hasMore?}}`.
  /// - Throws: `ToolError`, `CancellationError`.
  package func complete(_ params: JSONObject, _ context: ToolContext) async throws -> JSONValue {
    var params = params
    var reference = params["ref"]?.objectValue ?? [:]
    let server: String
    if reference["type"] == "ref/prompt" {
      let entry = try catalogue.prompt(reference["name"]?.stringValue ?? "")
      (server, reference["name"]) = (entry.server, .string(entry.own))
    } else {
      let uri = reference["uri"]?.stringValue ?? ""
      if let entry = catalogue.templates.first(where: { $0.offered == uri }) {
        (server, reference["uri"]) = (entry.server, .string(entry.own))
      } else {
        let (name, own) = try catalogue.route(uri)
        (server, reference["uri"]) = (name, .string(own))
      }
    }
    params["ref"] = .object(reference)
    return try await source(server).complete(params, context)
  }

  /// Calls `onUpdate` when the server of a resource says that it holds something else, until the result is released. Nil
  /// where nobody will tell.
  package func watch(_ uri: String, _ onUpdate: @escaping @Sendable () -> Void) -> ToolListObservation? {
    guard let (name, own) = try? catalogue.route(uri) else { return nil }
    return try? source(name).watchResource(own, onUpdate)
  }

  private func source(_ name: String) throws(ToolError) -> any ContentSource {
    if let source = state.withLock({ $0.sources[name] }) { return source }
    throw ToolError(.notFound, "there is no tool server \"\(name.prefix(200))\"")
  }
}
