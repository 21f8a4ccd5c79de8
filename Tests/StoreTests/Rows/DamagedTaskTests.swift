import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRStore

@Suite("A runtime whose store has a damaged task", .timeLimit(.minutes(1)))
struct DamagedTaskTests {
  private static let plan: JSONValue = ["title": "T", "steps": [["id": "s", "tool": "fake.note"]]]

  @Test("works the others off, with one place for tasks alone, and says which one it leaves")
  func others() async throws {
    try await withTaskStore { store, directory in
      let registry = ToolRegistry(inlineTools: [], clock: ManualClock())
      registry.add(FakeToolSource(["note": { _ in ToolResult(text: "noted") }]))
      var configuration = RuntimeConfiguration(workspaceRoot: "/w", shutdownGrace: .zero)
      configuration.maxConcurrentTasks = 1
      let told = Signal<String>()
      let runtime = try await CognitiveRuntime(
        store: store, memory: InMemoryMemoryStore(), registry: registry, clock: ManualClock(),
        configuration: configuration, notice: { told.fire($0) })
      let broken = try await runtime.submit(TaskSubmission(plan: Self.plan)).id
      let other = try await runtime.submit(TaskSubmission(plan: Self.plan)).id
      try edit(directory.tasksPath, "UPDATE tasks SET title = 'U' WHERE id = '\(broken)'")
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await runtime.run() }
        defer { runtime.shutDown() }
        let ended = try await runtime.wait(for: other, timeout: nil)
        #expect(ended?.task.state == .completed)
        let notice = await told.values(1).first
        #expect(notice?.hasPrefix("\(broken) is left as it is: column fixed_sum of a row in tasks") == true)
      }
    }
  }
}
