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
  /// Fires with every change of the status.
  private let changed = Mutex(OneShot<Void>())
  private let onSettle: @Sendable (FakeToolSource, Int) -> Void
  private let settled = Mutex(0)

  /// - Parameter onSettle: what happens when somebody has waited for it, with how often somebody did.
  package init(
    name: String = "fake", effects: [String: ToolEffect] = [:],
    onSettle: @escaping @Sendable (FakeToolSource, Int) -> Void = { _, _ in }, _ bodies: [String: Body]
  ) {
    serverName = name
    self.onSettle = onSettle
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
    set {
      currentStatus.withLock { $0 = newValue }
      changed.withLock { changed in
        defer { changed = OneShot() }
        return changed
      }.fire(())
    }
  }

  /// Returns once its status is one that stays, or at once when the task is cancelled.
  package func settle() async {
    while !Task.isCancelled {
      let change = changed.withLock { $0 }
      if status.state.isSettled { break }
      _ = await change.value()
    }
    let count = settled.withLock { count in
      count += 1
      return count
    }
    onSettle(self, count)
  }

  package func call(_ call: ToolCall) async throws -> ToolResult {
    calls.fire(call)
    guard let body = bodies[call.name.tool] else { throw ToolError(.notFound, "no tool \(call.name)") }
    return try await body(call)
  }

  /// The tools that were called, in order.
  package var called: [String] { calls.all.map(\.name.tool) }
}
