import MCPServer
import SCRProtocol
import SCRTestSupport

/// A tool provider whose every call does one thing.
struct ClosureTools: ToolProvider {
  let body: @Sendable (IncomingToolCall) async throws -> CallToolResult

  func listTools() async -> ToolListing { ToolListing(tools: [], ttlMs: 0) }
  func call(_ call: IncomingToolCall) async throws -> CallToolResult { try await body(call) }

  /// A client of a server with this tool alone.
  func client(limits: ServerLimits = ServerLimits()) -> WireClient {
    WireClient(
      MCPServerHandler(
        identity: ServerIdentity(implementation: Implementation(name: "s", version: "1")),
        offer: ServerOffer(tools: self, logs: true), limits: limits))
  }

  static func initialize(_ revision: String, _ capabilities: String) -> String {
    #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"\#(revision)","capabilities":\#(capabilities),"clientInfo":{"name":"host","version":"2"}}}"#
  }

  /// A call in the modern era.
  static func call(_ id: Int, capabilities: String = "{}", meta: String = "") -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"t","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":\#(capabilities)\#(meta)}}}"#
  }
}
