package import SCRConnection
package import SCRProtocol

/// Methods beside MCP's own, answered as plain JSON-RPC 2.0. `scr serve` offers the runtime's verbs through it.
package protocol MethodTable: Sendable {
  func contains(_ method: String) -> Bool
  /// Called on the reader; the same rules as for ``ConnectionHandler/receive(_:on:output:)``.
  func receive(_ request: IncomingRequest, on connection: Connection, output: inout JSONWriter) -> Disposition
  /// The same as ``ConnectionHandler/answered(_:on:)``; called for MCP's requests too.
  func answered(_ id: RequestID, on connection: Connection)
  /// The peer has closed its side.
  func inputEnded(on connection: Connection)
}

extension MethodTable {
  package func answered(_ id: RequestID, on connection: Connection) {}
}

/// A server that speaks MCP alone.
package struct NoMethods: MethodTable {
  package init() {}
  package func contains(_ method: String) -> Bool { false }
  package func receive(
    _ request: IncomingRequest, on connection: Connection, output: inout JSONWriter
  ) -> Disposition { .error(Admission.unknown(request.method)) }
  package func inputEnded(on connection: Connection) {}
}
