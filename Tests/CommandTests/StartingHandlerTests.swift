import Foundation
import MCPServer
import SCRProtocol
import Testing

@testable import SCRCommand

@Suite(.timeLimit(.minutes(1))) struct StartingHandlerTests {
  private static let meta =
    #"{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}"#

  private struct OneTool: ToolProvider {
    func listTools() async -> ToolListing {
      ToolListing(tools: [MCPTool(name: "late", inputSchema: ["type": "object"])], ttlMs: 0)
    }
    func call(_ call: IncomingToolCall) async throws -> CallToolResult { CallToolResult(text: "called") }
  }

  @Test func `Discovery is answered before there is a runtime, everything else once there is one`() async throws {
    let (input, output) = (Pipe(), Pipe())
    let identity = ServerIdentity(implementation: Implementation(name: "t", version: "1"))
    let starting = StartingHandler(identity)
    async let served: Void = StdioServer.run(
      handler: starting, input: input.fileHandleForReading.fileDescriptor,
      output: output.fileHandleForWriting.fileDescriptor, onOutputClosed: {})
    func ask(_ id: Int, _ method: String) throws {
      let line = #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(Self.meta)}"# + "\n"
      try input.fileHandleForWriting.write(contentsOf: Data(line.utf8))
    }
    func answers() async throws -> [JSONValue] {
      let bytes = await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: output.fileHandleForReading.availableData) }
      }
      return try bytes.split(separator: 0x0A).map { try JSONParser.parse($0) }
    }

    try ask(1, "server/discover")
    let first = try await answers()
    #expect(first.map { $0["id"] } == [1])
    #expect(first[0]["result"]?["supportedVersions"] == ["2026-07-28"])

    try ask(2, "tools/list")
    try input.fileHandleForWriting.close()
    starting.begin(MCPServerHandler(identity: identity, tools: OneTool()))
    await served
    let second = try await answers()
    #expect(second.map { $0["id"] } == [2])
    #expect(second[0]["result"]?["tools"]?.arrayValue?.map { $0["name"] } == ["late"])
  }
}
