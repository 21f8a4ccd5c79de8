import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("A scripted model goes on where the journal of a resumed task is", .timeLimit(.minutes(1)))
struct ScriptedResumeTests {
  private static let script: JSONValue = [
    ["role": "planner", "text": #"{"steps": [{"id": "a", "agent": "worker", "goal": "Wait."}]}"#],
    ["role": "worker", "toolCalls": [["name": "fake_hold"]]],
    ["role": "worker", "text": "waited"],
    ["role": "critic", "text": .string(GoalTests.review("revise", "again").jsonText)],
    ["role": "planner", "text": #"{"steps": [{"id": "b", "agent": "worker", "goal": "Say it."}]}"#],
    ["role": "worker", "text": "said"],
    ["role": "critic", "text": .string(GoalTests.review("pass").jsonText)],
  ]

  private static func models() throws -> ModelRegistry {
    let provider = ScriptedProvider(name: "script", script: try ModelScript(json: script), clock: ManualClock())
    // As it is used: behind its gateway.
    return ModelRegistry([
      ModelGateway(ModelGateway.Line(provider, maxConcurrent: 1), traffic: ModelTraffic(clock: ManualClock()))
    ])
  }

  @Test("turns that were used before a crash are not used again, whoever asked for them")
  func resume() async throws {
    let (held, calls) = (OneShot<Void>(), Counter())
    let source = FakeToolSource(
      effects: ["hold": .idempotent],
      [
        "hold": { _ in
          guard calls.next() == 1 else { return ToolResult(text: "let go") }
          held.fire(())
          let never = OneShot<Void>()
          _ = await never.value()
          throw CancellationError()
        }
      ])
    var fixture = RuntimeFixture(source)
    fixture.models = try Self.models()
    let id = try await fixture.live { runtime in
      let id = try await runtime.submit(TaskSubmission(goal: "Wait and say it.")).id
      _ = await held.value()
      return id
    }
    fixture.models = try Self.models()
    let second = fixture
    let ended = try await second.live { try #require(try await $0.wait(for: id, timeout: nil)) }
    #expect(ended.task.state == .completed && ended.task.result == "said")
    #expect(ended.outline.map { $0.split(separator: " ")[0] } == ["plan", "a", "review", "plan_2", "b", "review_2"])
    #expect(ended.accounts.sum.calls == 7)
  }
}
