import SCRProtocol
import SCRTestSupport

@testable import SCRRuntime

/// Tasks of one step each, and a tool server that tells in which order they ran.
struct QueueFixture: Sendable {
  var fixture: RuntimeFixture
  let source: FakeToolSource
  let clock = ManualClock()
  /// Calls with larger numbers do not return before the end of the life.
  private let holdFrom: Int

  init(maxConcurrentTasks: Int = 1, holdFrom: Int = .max) {
    let gate = Gate()
    let count = Counter()
    source = FakeToolSource([
      "run": { _ in
        if count.next() >= holdFrom { try await gate.pass() }
        return ToolResult(text: "done")
      }
    ])
    self.holdFrom = holdFrom
    fixture = RuntimeFixture(source, clock: clock)
    fixture.configuration.maxConcurrentTasks = maxConcurrentTasks
  }

  static func plan(_ name: String, tool: String = "fake.run") -> JSONValue {
    ["title": .string(name), "steps": [["id": "s", "tool": .string(tool), "arguments": ["name": .string(name)]]]]
  }

  static func submission(
    _ name: String, class taskClass: String = "default", key: String = "", weight: Int? = nil,
    priority: TaskPriority = .normal
  ) -> TaskSubmission {
    var submission = TaskSubmission(plan: plan(name), priority: priority, taskClass: taskClass)
    submission.fairnessKey = key
    submission.weight = weight
    return submission
  }

  /// A task as an earlier life accepted it.
  func task(
    _ name: String, class taskClass: String = "default", key: String = "", priority: TaskPriority = .normal
  ) -> AgentTask {
    var task = AgentTask(
      id: TaskID(name), title: name, plan: Self.plan(name), priority: priority, taskClass: taskClass,
      workspaceRoot: fixture.configuration.workspaceRoot, serversDigest: "", createdAt: clock.now())
    (task.fairnessKey, task.serverNames) = (key, ["fake"])
    return task
  }

  func store(_ tasks: [AgentTask]) async throws {
    _ = try await fixture.store.commit(StoreBatch(at: clock.now(), changes: tasks.map { .insertTask($0) }))
  }

  /// The names of the first tasks that ran, as soon as there are so many.
  func ran(_ count: Int) async -> [String] {
    await source.calls.values(count).map { $0.arguments["name"]?.stringValue ?? "" }
  }

  var all: [String] { source.calls.all.map { $0.arguments["name"]?.stringValue ?? "" } }
}

extension CognitiveRuntime {
  /// Returns once the dispatcher has done all that it can do now.
  func end(of ids: [TaskID]) async throws -> [TaskState] {
    var states: [TaskState] = []
    for id in ids { states.append(try await wait(for: id, timeout: nil)?.task.state ?? .queued) }
    return states
  }
}
