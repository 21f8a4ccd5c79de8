import SCRProtocol
package import SCRRuntime
import Synchronization

/// A tool server in memory. What each tool does is a closure; every call is kept.
package final class FakeToolSource: ToolSource {
  package typealias Body = @Sendable (ToolCall) async throws -> ToolResult

  package let serverName: String?
  package let tools: [ToolDescriptor]
  /// Every call that began, in order.
  package let calls = Signal<ToolCall>()
  private let bodies: [String: Body]
  private let currentStatus: Mutex<ToolServerStatus>

  package init(name: String = "fake", effects: [String: ToolEffect] = [:], _ bodies: [String: Body]) {
    serverName = name
    self.bodies = bodies
    tools = bodies.keys.sorted().map { tool in
      ToolDescriptor(
        name: ToolName(server: name, tool: tool), description: "Fake \(tool)", inputSchema: ["type": "object"],
        effect: effects[tool] ?? .unknown, isNamedByConfiguration: true)
    }
    currentStatus = Mutex(ToolServerStatus(state: .ready, toolCount: bodies.count))
  }

  package var status: ToolServerStatus {
    get { currentStatus.withLock { $0 } }
    set { currentStatus.withLock { $0 = newValue } }
  }

  package func settle() async {}

  package func call(_ call: ToolCall) async throws -> ToolResult {
    calls.fire(call)
    guard let body = bodies[call.name.tool] else { throw ToolError(.notFound, "no tool \(call.name)") }
    return try await body(call)
  }

  /// The tools that were called, in order.
  package var called: [String] { calls.all.map(\.name.tool) }
}
