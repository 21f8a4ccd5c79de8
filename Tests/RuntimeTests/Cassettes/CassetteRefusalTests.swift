import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("What could not be made again is not recorded, and the reason is told", .timeLimit(.minutes(1)))
struct CassetteRefusalTests {
  private static func refusal(
    _ model: ModelFake, agent: String = "worker", source: FakeToolSource = CassetteTests.source,
    _ change: (inout RuntimeConfiguration) -> Void = { _ in }
  ) async throws -> RuntimeError? {
    var fixture = RuntimeFixture(source)
    fixture.models = ModelRegistry([model])
    change(&fixture.configuration)
    return try await fixture.live { runtime in
      let id = try await runtime.submit(TaskSubmission(plan: AgentStepTests.plan(["agent": .string(agent)]))).id
      let ended = try #require(try await runtime.wait(for: id, timeout: nil))
      #expect(ended.task.state == .completed, "\(String(describing: ended.task.reason))")
      do {
        _ = try await runtime.cassette(of: id, masking: [])
        return nil
      } catch let error as RuntimeError { return error }
    }
  }

  @Test("an agent that a file describes")
  func agentFile() async throws {
    let refusal = try await Self.refusal(ModelFake { _ in ModelFake.text("ok") }, agent: "reviewer") {
      $0.definitions = AgentDefinitions([
        AgentDefinition(
          name: "reviewer", description: "Finds faults.", base: .worker, instructions: "Name file and line.",
          origin: "agents/reviewer.md")
      ])
    }
    #expect(
      refusal?.kind == .conflict
        && refusal?.message == "the step a was done by \"reviewer\", which a file describes: no record holds the file")
  }

  @Test("a skill that was read; one that is merely there hinders nothing", arguments: [true, false])
  func skill(isRead: Bool) async throws {
    let model = ModelFake { request in
      request.turns == 0 && isRead ? ModelFake.calls(("load_skill", ["skill": "taxes"])) : ModelFake.text("ok")
    }
    let refusal = try await Self.refusal(model) {
      $0.skills = SkillShelf([Skill(name: "taxes", description: "Taxes.", body: "Round down.", files: [:])])
    }
    #expect(
      refusal?.message
        == (isRead
          ? "the agent of the step a called load_skill, and no record holds what that answers from" : nil))
  }

  @Test("a result that was read again since the window was full")
  func readResult() async throws {
    let refusal = try await Self.refusal(ReadingAgain.model(), source: ReadingAgain.source)
    #expect(
      refusal?.kind == .conflict
        && refusal?.message == "the agent of the step a called read_result, and no record holds what that answers from")
  }

  @Test("a family above the bound, of which a part would be missing")
  func family() async throws {
    let plan: JSONValue = [
      "steps": [["id": "b", "plan": ["steps": [["id": "c", "tool": "fake.read", "arguments": ["n": 9]]]]]]
    ]
    let fixture = RuntimeFixture(CassetteTests.source)
    try await fixture.live { runtime in
      let id = try await runtime.complete(plan).task.id
      do {
        _ = try await CassetteRecorder.record(id, from: runtime.store, masking: [], familyLimit: 1)
        Issue.record("it was recorded")
      } catch let error as RuntimeError {
        #expect(
          error.kind == .tooLarge && error.message == "the task has more than 0 children, the limit for a cassette")
      }
      let whole = try await CassetteRecorder.record(id, from: runtime.store, masking: [], familyLimit: 2)
      #expect(whole.calls.map(\.stepID) == ["c"])
    }
  }
}
