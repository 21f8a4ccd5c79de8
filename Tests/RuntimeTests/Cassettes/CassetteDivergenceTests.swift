import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("A run that is not as recorded says where, and in what", .timeLimit(.minutes(1)))
struct CassetteDivergenceTests {
  private static func changed(
    _ path: [String], in json: JSONValue, _ change: (JSONValue) -> JSONValue
  ) -> JSONValue {
    guard let first = path.first else { return change(json) }
    if let place = Int(first), var values = json.arrayValue {
      values[place] = changed(Array(path.dropFirst()), in: values[place], change)
      return .array(values)
    }
    var fields = json.objectValue ?? [:]
    fields[first] = changed(Array(path.dropFirst()), in: fields[first] ?? .null, change)
    return .object(fields)
  }

  private static let model = ModelFake { request in
    request.turns == 0 ? ModelFake.calls(("fake_read", ["n": 1])) : ModelFake.text("ok")
  }

  private static let plan: JSONValue = [
    "title": "T",
    "steps": [
      ["id": "first", "tool": "fake.read", "arguments": ["n": 7]],
      ["id": "a", "needs": ["first"], "agent": "worker", "goal": "Judge it."],
    ], "result": "${steps.a.text}",
  ]

  @Test(
    "whatever is changed",
    arguments: [
      (["run", "plan", "steps", "1", "goal"], "Praise it.", "step a, turn 1: what its agent is told differs"),
      (
        ["run", "plan", "steps", "0", "arguments"], ["n": 8],
        "step first: fake.read is called with {\"n\":8}; recorded was fake.read with {\"n\":7}"
      ),
      (
        ["calls", "0", "value", "content"], [["type": "text", "text": "other"]],
        "step a, turn 1: what its agent is told differs"
      ),
      (["attempts", "0", "entries", "3", "text"], "another", "step a, turn 2: "),
      (
        ["attempts", "0", "requests", "1", "tools"], "0123456789abcdef",
        "step a, turn 2: the tools differ from what was recorded"
      ),
      (["outcome", "result"], "other", "the result is \"ok\", recorded was \"other\""),
      (["outcome", "state"], "failed", "the task ended as completed, recorded was failed"),
      (["attempts", "0", "attempt"], "0.9", "step a, turn 1: attempt 0.1 of its agent was not recorded"),
    ] as [([String], JSONValue, String)])
  func differences(path: [String], value: JSONValue, words: String) async throws {
    let cassette = try await CassetteTests.record(TaskSubmission(plan: Self.plan), Self.model)
    let other = Self.changed(path, in: cassette.json) { _ in value }
    #expect(other != cassette.json)
    let verdict = try await CassetteTests.replay(other).verdict
    #expect(verdict?.hasPrefix(words) == true, "\(verdict ?? "nothing differs")")
  }

  @Test("a message of the conversation that is another is shown, with what was recorded")
  func conversation() async throws {
    let cassette = try await CassetteTests.record(TaskSubmission(plan: Self.plan), Self.model)
    let player = CassettePlayer(cassette)
    var brief = AgentBrief(taskID: TaskID("t"), stepID: "a", kind: .worker, goal: "Judge it.")
    brief.failedRuns = 0
    _ = try player.opening(of: brief, ["Judge it."])
    let catalogue = cassette.catalogue
    var requests = cassette.requests(of: cassette.attempts[0], catalogue)
    for place in requests.indices {
      requests[place].purpose = ModelPurpose(role: "worker", taskID: TaskID("t"), stepID: "a")
    }
    #expect(try player.answer(to: requests[0]).toolCalls.count == 1)
    requests[1].messages[2] = .results([ModelToolResult(callID: "c0", name: "fake_read", text: "read 2")])
    do {
      _ = try player.answer(to: requests[1])
      Issue.record("it was answered")
    } catch {
      #expect(error.code == .diverged && error.kind == .conflict && !error.isRetryable)
      #expect(
        error.message.hasPrefix("step a, turn 2: message 3 of the conversation differs: \"read 2\", recorded was \""))
    }
    #expect(player.divergence?.contains("turn 2") == true)
  }

  @Test("a recorded call that is never made is told")
  func missingCall() async throws {
    var cassette = try await CassetteTests.record(TaskSubmission(plan: Self.plan), Self.model)
    var more = cassette.calls[0]
    more.stepID = "second"
    cassette.calls.append(more)
    let verdict = try await CassetteTests.replay(cassette.json).verdict
    #expect(verdict == "step second: the recorded call of fake.read was never made")
  }

  @Test("a task that fails for another reason is told")
  func otherReason() async throws {
    let broken: JSONValue = ["steps": [["id": "a", "tool": "fake.broken", "arguments": [:]]]]
    let cassette = try await CassetteTests.record(TaskSubmission(plan: broken))
    let kind = try #require(cassette.outcome.reason?.kind)
    let other = Self.changed(["outcome", "reason", "kind"], in: cassette.json) { _ in "turn_limit" }
    let verdict = try await CassetteTests.replay(other).verdict
    #expect(verdict?.hasPrefix("the task ended as failed for \(kind) (") == true, "\(verdict ?? "nothing differs")")
    #expect(verdict?.contains("), recorded was turn_limit (") == true)
  }

  @Test("answers that were never asked for are told")
  func unasked() async throws {
    let cassette = try await CassetteTests.record(TaskSubmission(plan: Self.plan), Self.model)
    let player = CassettePlayer(cassette)
    #expect(player.verdict(.completed, "ok", nil) == "step a, turn 1: the recorded answer was never asked for")
  }

  @Test(
    "a file that is none is refused in words",
    arguments: [
      (["format"], "tape", "it is no cassette"), (["version"], 2, "it has version 2, and this scr reads version 1"),
      (["run", "goal"], "both", "run has neither a goal nor a plan, or both"),
      (["outcome", "state"], "lost", "outcome.state is missing"),
      (["attempts", "0", "entries", "0"], 1, "attempts[0] cannot be read"),
      (["calls", "0", "tool"], 1, "calls[0] cannot be read"), (["desk", "rules"], 1, "desk cannot be read"),
    ] as [([String], JSONValue, String)])
  func malformed(path: [String], value: JSONValue, words: String) async throws {
    let cassette = try await CassetteTests.record(TaskSubmission(plan: Self.plan), Self.model)
    do {
      _ = try Cassette(json: Self.changed(path, in: cassette.json) { _ in value })
      Issue.record("it was taken")
    } catch { #expect(error.kind == .invalidInput && error.message.contains(words), "\(error)") }
  }
}
