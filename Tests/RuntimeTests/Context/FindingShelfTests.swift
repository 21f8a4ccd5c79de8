import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("What the parts of a task share", .timeLimit(.minutes(1)))
struct FindingShelfTests {
  private let clock = ManualClock()

  /// A runtime that works nothing off, over these tasks.
  private func runtime(_ tasks: AgentTask...) async throws -> CognitiveRuntime {
    let store = InMemoryTaskStore()
    for task in tasks { _ = try await store.commit(TaskStoreConformance.insert(task)) }
    return try await CognitiveRuntime(
      store: store, memory: InMemoryMemoryStore(), registry: ToolRegistry(inlineTools: []), clock: clock,
      configuration: RuntimeConfiguration(workspaceRoot: "/w"))
  }

  private let parent = TaskStoreConformance.task("parent")

  private var child: AgentTask {
    var child = TaskStoreConformance.task("child")
    child.parent = TaskParent(taskID: parent.id, stepID: "one")
    return child
  }

  @Test func `a family shares its findings, each with where it came from`() async throws {
    let runtime = try await runtime(parent, child)
    let first = try await runtime.addFinding("a", to: parent.id, source: "editor")
    let second = try await runtime.addFinding(["b": 1], to: child.id, stepID: "look", source: "researcher")
    #expect(first == Finding(number: 1, at: clock.now(), taskID: parent.id, source: "editor", value: "a"))
    #expect(
      second
        == Finding(
          number: 2, at: clock.now(), taskID: child.id, stepID: "look", source: "researcher", value: ["b": 1]))
    for id in [parent.id, child.id] {
      #expect(try await runtime.findings(of: id) == FindingPage(findings: [first, second]))
    }
    let events = try await runtime.events(since: 0, taskID: child.id, limit: 9)
    #expect(events.map(\.kind) == [.findingAdded])
  }

  @Test func `of many findings the newest hundred are kept, in pages of either order`() async throws {
    let runtime = try await runtime(parent)
    for number in 1...105 { _ = try await runtime.addFinding(.integer(Int64(number)), to: parent.id) }
    let all = try await runtime.findings(of: parent.id, limit: 500)
    #expect(all.findings.map(\.number) == Array(6...105))
    #expect(all.nextCursor == nil)
    let page = try await runtime.findings(of: parent.id, newestFirst: true, limit: 60)
    let rest = try await runtime.findings(of: parent.id, newestFirst: true, cursor: page.nextCursor, limit: 60)
    #expect((page.findings + rest.findings).map(\.number) == (6...105).reversed())
    #expect(rest.nextCursor == nil)
  }

  @Test func `findings that come at once are all kept, each under a number of its own`() async throws {
    let runtime = try await runtime(parent)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 1...40 {
        group.addTask { _ = try await runtime.addFinding(.integer(Int64(number)), to: TaskID("parent")) }
      }
      try await group.waitForAll()
    }
    let found = try await runtime.findings(of: parent.id).findings
    #expect(found.map(\.number) == Array(1...40))
    #expect(Set(found.map(\.value)).count == 40)
  }

  @Test func `clearing removes them and goes on numbering`() async throws {
    let runtime = try await runtime(parent)
    #expect(try await runtime.clearFindings(of: parent.id) == 0)
    for number in 1...102 { _ = try await runtime.addFinding(.integer(Int64(number)), to: parent.id) }
    #expect(try await runtime.clearFindings(of: parent.id) == 100)
    #expect(try await runtime.clearFindings(of: parent.id) == 0)
    #expect(try await runtime.findings(of: parent.id).findings == [])
    #expect(try await runtime.addFinding("next", to: parent.id).number == 103)
    #expect(try await runtime.clearFindings(of: parent.id) == 1)
  }

  @Test func `what is too large, or belongs to no task, is refused in words`() async throws {
    let runtime = try await runtime(parent)
    let large = JSONValue.string(String(repeating: "x", count: 16 << 10))
    await #expect { try await runtime.addFinding(large, to: parent.id) } throws: { error in
      (error as? RuntimeError)?.kind == .tooLarge && "\(error)".contains("16386 bytes")
    }
    let nobody = TaskID("nobody")
    await #expect { try await runtime.addFinding(1, to: nobody) } throws: { ($0 as? RuntimeError)?.kind == .notFound }
    await #expect { try await runtime.findings(of: nobody) } throws: { ($0 as? RuntimeError)?.kind == .notFound }
    await #expect { try await runtime.findings(of: parent.id, cursor: "x") } throws: { error in
      (error as? RuntimeError)?.kind == .invalidParams
    }
  }
}
