package import SCRProtocol

/// What a server offers as resources.
package protocol ResourceProvider: Sendable {
  /// In a stable order of their URIs, which are the keys.
  func resources(_ page: PageRequest) async throws -> ProviderPage<MCPResource>

  /// Templates of URIs, in a stable order of the templates, which are the keys.
  func templates(_ page: PageRequest) async throws -> ProviderPage<MCPResource>

  /// - Throws: ``ResourceNotFound``, ``InputRequired``, `RPCError`.
  func read(_ uri: String, _ context: RequestContext) async throws -> ResourceReading

  /// Whether ``observeList(_:)`` ever calls.
  var tellsOfListChanges: Bool { get }
  /// Calls `onChange` whenever the list of resources or of templates has changed, until the result is released.
  func observeList(_ onChange: @escaping @Sendable () -> Void) -> (any AnyObject & Sendable)?

  /// Whether ``observe(_:_:)`` ever gives anything.
  var tellsOfUpdates: Bool { get }
  /// Calls `onUpdate` whenever what the resource holds has changed, until the result is released. Nil for one that does
  /// not exist or never changes.
  func observe(_ uri: String, _ onUpdate: @escaping @Sendable () -> Void) async -> (any AnyObject & Sendable)?
}

extension ResourceProvider {
  package func templates(_ page: PageRequest) async throws -> ProviderPage<MCPResource> { ProviderPage(items: []) }
  package var tellsOfListChanges: Bool { false }
  package func observeList(_ onChange: @escaping @Sendable () -> Void) -> (any AnyObject & Sendable)? { nil }
  package var tellsOfUpdates: Bool { false }
  package func observe(
    _ uri: String, _ onUpdate: @escaping @Sendable () -> Void
  ) async -> (any AnyObject & Sendable)? { nil }
}

/// What `resources/read` gives.
package struct ResourceReading: Sendable, Hashable {
  package var contents: [ResourceContents]
  /// How long a client may keep it, in milliseconds.
  package var ttlMs: Int

  package init(_ contents: [ResourceContents], ttlMs: Int = 0) {
    self.contents = contents
    self.ttlMs = ttlMs
  }
}

/// There is no such resource: −32602, before revision 2026-07-28 −32002, with `data.uri`.
package struct ResourceNotFound: Error, Sendable, Hashable {
  package var uri: String
  /// What there is instead.
  package var hint: String?

  package init(_ uri: String, hint: String? = nil) {
    self.uri = uri
    self.hint = hint
  }
}
