import MCPServer
import SCRProtocol
import SCRRuntime

/// The client of a call, for tools that ask something in the middle of it: what a tool server asks travels up to whoever
/// called, in the manner of that one's era.
struct CallInteraction: ClientInteraction {
  let client: ClientRequests

  func supports(_ request: InputRequest) -> Bool { client.supports(request) }
  func answer(_ request: InputRequest) async throws -> JSONValue { try await client.ask(request) }
}
