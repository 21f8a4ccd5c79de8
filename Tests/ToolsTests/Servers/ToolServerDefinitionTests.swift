import MCPClient
import SCRProcess
import SCRProtocol
import SCRRuntime
import Testing

@testable import SCRTools

struct ToolServerDefinitionTests {
  private static func offered(
    allowed: [String] = [], excluded: [String] = [], readOnly: [String] = [], idempotent: [String] = []
  ) -> [ToolDescriptor] {
    let definition = ToolServerDefinition(
      spec: MCPServerSpec(name: "fs", process: ProcessSpec(command: "/bin/true", arguments: [], environment: [:])),
      allowedTools: allowed, excludedTools: excluded, readOnlyTools: readOnly, idempotentTools: idempotent)
    let names = ["read_file", "read_dir", "write_file", "delete"]
    return definition.descriptors(names.map { MCPTool(name: $0, inputSchema: ["type": "object"]) })
  }

  private static func names(_ tools: [ToolDescriptor]) -> [String] { tools.map(\.name.qualified) }

  @Test func `without lists every tool is offered, and none is named`() {
    let tools = Self.offered()
    #expect(Self.names(tools) == ["fs.read_file", "fs.read_dir", "fs.write_file", "fs.delete"])
    #expect(tools.allSatisfy { !$0.isNamedByConfiguration && $0.effect == .unknown })
  }

  @Test func `allowed tools are those that a glob fits, and they count as named`() {
    let tools = Self.offered(allowed: ["read_*", "delete"])
    #expect(Self.names(tools) == ["fs.read_file", "fs.read_dir", "fs.delete"])
    #expect(tools.allSatisfy { $0.isNamedByConfiguration })
  }

  @Test func `exclusion wins over permission`() {
    #expect(Self.names(Self.offered(allowed: ["*"], excluded: ["*_file"])) == ["fs.read_dir", "fs.delete"])
    #expect(Self.names(Self.offered(excluded: ["*"])) == [])
  }

  @Test func `globs are over the server's own names, not over qualified ones`() {
    #expect(Self.names(Self.offered(allowed: ["fs.*"])) == [])
  }

  @Test func `effects are what configuration vouches for, the stronger one first`() {
    let tools = Self.offered(readOnly: ["read_*"], idempotent: ["*_file"])
    #expect(tools.map(\.effect) == [.readOnly, .readOnly, .idempotent, .unknown])
  }

  @Test func `everything else is as the server told it; its annotations change no effect`() {
    let definition = ToolServerDefinition(
      spec: MCPServerSpec(name: "s", process: ProcessSpec(command: "/bin/true", arguments: [], environment: [:])))
    let tool = MCPTool(
      name: "t", title: "T", description: "d", inputSchema: ["type": "object"], outputSchema: ["type": "object"],
      annotations: ["readOnlyHint": true])
    #expect(
      definition.descriptors([tool]) == [
        ToolDescriptor(
          name: ToolName(server: "s", tool: "t"), title: "T", description: "d", inputSchema: ["type": "object"],
          outputSchema: ["type": "object"], annotations: ["readOnlyHint": true], effect: .unknown)
      ])
  }
}
