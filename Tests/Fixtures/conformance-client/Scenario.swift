import MCPClient
import SCRProtocol

/// What a host does in each scenario. Starting the server lists its tools already, which is all that most of them need.
struct Scenario {
  let server: ToolServerProcess

  func play(_ name: String) async throws {
    switch name {
    case "tools_call": try await call("add_numbers", ["a": 5, "b": 3])
    case "elicitation-sep1034-client-defaults": try await call("test_client_elicitation_defaults")
    case "request-metadata": _ = try await server.session.listTools(timeout: .seconds(8))
    case "sep-2322-client-request-state":
      for tool in [
        "test_mrtr_echo_state", "test_mrtr_unrelated", "test_mrtr_no_state", "test_mrtr_no_result_type",
      ] { try await call(tool) }
    case "json-schema-2020-12-preservation":
      guard let tool = server.tools.first(where: { $0.name == "json_schema_2020_12_tool" }) else {
        throw Complaint("the server lists no json_schema_2020_12_tool")
      }
      try await call("json_schema_echo", ["schema": tool.inputSchema])
    default: break
    }
  }

  private func call(_ tool: String, _ arguments: JSONObject = [:]) async throws {
    let result = try await server.call(tool, arguments: arguments, CallOptions(timeout: nil))
    if result.isError { throw Complaint("\(tool) failed: \(result.content)") }
  }
}
