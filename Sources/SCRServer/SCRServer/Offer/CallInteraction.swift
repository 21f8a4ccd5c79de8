import MCPServer
import SCRProtocol
import SCRRuntime

/// The client of a call, for tools that ask something in the middle of it: what a tool server asks travels up to whoever
/// called, in the manner of that one's era.
struct CallInteraction: ClientInteraction {
  let client: ClientRequests

  func supports(_ request: InteractionRequest) -> Bool {
    Self.inputRequest(request).map { client.supports($0) } ?? false
  }

  func answer(_ request: InteractionRequest) async throws -> JSONValue {
    guard let input = Self.inputRequest(request) else {
      throw RPCError(.methodNotFound, "a client cannot be asked \"\(request.method.prefix(100))\"")
    }
    return try await client.ask(input)
  }

  private static func inputRequest(_ request: InteractionRequest) -> InputRequest? {
    InputRequest.Method(rawValue: request.method).map {
      InputRequest($0, params: request.params?.objectValue ?? [:])
    }
  }
}
