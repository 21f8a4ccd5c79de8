import Glibc
import SCRProtocol
import Testing

@Suite("scr tasks", .timeLimit(.minutes(2)))
struct TasksTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  private func scr(_ arguments: String...) async throws -> ScrProcess.End {
    try await place.run(arguments + ["--state", place.state])
  }

  private func detach(_ plan: String = Plans.sums) async throws -> String {
    try place.write("plan.yaml", plan)
    let end = try await scr("run", "--plan", "plan.yaml", "--detach", "--quiet")
    #expect(end.code == 0)
    #expect(end.stderr == "")
    return end.stdout.first ?? ""
  }

  private func state(of id: String) async throws -> JSONValue? {
    try await scr("tasks", "show", id, "--json").json["state"]
  }

  @Test("a detached task is queued until scr serve works it off")
  func detachedThenServed() async throws {
    let id = try await detach()
    #expect(try await scr("tasks", "list", "--status", "queued").stdout.contains { $0.hasPrefix(id) })
    let serve = try await place.run(
      ["serve", "--state", place.state],
      input: #"{"jsonrpc":"2.0","id":1,"method":"get_task","params":{"taskId":"\#(id)","wait":true}}"#)
    #expect(serve.json["result"]?["state"] == "completed")
    #expect(try await state(of: id) == "completed")
  }

  @Test("a detached task that a later scr run finds is not lost")
  func detachedThenRun() async throws {
    let id = try await detach()
    // It takes one task at a time, the older one first.
    let other = try await place.run(
      ["run", "--plan", "plan.yaml", "--quiet", "--state", place.state],
      environment: ["SCR_RUNTIME_MAX_CONCURRENT_TASKS": "1"])
    #expect(other.stdout == ["6"])
    #expect(try await state(of: id) == "completed")
  }

  @Test("show, logs, cancel and retry")
  func verbs() async throws {
    let id = try await detach()
    let cancelled = try await scr("tasks", "cancel", id)
    #expect(cancelled == ScrProcess.End(code: 0, stdout: ["\(id) cancelled"], stderr: ""))
    let shown = try await scr("tasks", "show", id)
    #expect(shown.stdout.prefix(3) == ["Sums", "  task     \(id)", "  state    cancelled"])
    let logs = try await scr("tasks", "logs", id, "--events")
    #expect(logs.jsonLines.map { $0["kind"] } == ["task.submitted", "task.queued", "task.cancelled"])
    #expect(try await scr("tasks", "logs", id).stdout.count == 3)
    let retried = try await scr("tasks", "retry", id, "--json")
    #expect(retried.code == 0)
    #expect(retried.json["retryOf"] == .string(id))
    #expect(retried.json["result"] == "6")
    let list = try await scr("tasks", "list", "--json")
    #expect(list.json["tasks"]?.arrayValue?.map { $0["state"] } == ["completed", "cancelled"])
  }

  @Test("looking works beside an owner, cancelling through it")
  func besideOwner() async throws {
    let id = try await detach(Plans.patient)
    let owner = try ScrProcess(["serve", "--state", place.state], in: place)
    owner.send(#"{"jsonrpc":"2.0","id":1,"method":"stream","params":{"taskId":"\#(id)","since":0}}"#)
    _ = try await owner.frame { $0["params"]?["kind"] == "step.retrying" }
    #expect(try await state(of: id) == "running")
    #expect(try await scr("tasks", "logs", id, "--events").jsonLines.last?["kind"] == "step.retrying")
    #expect(try await scr("tasks", "cancel", id).stdout == ["\(id) cancelled"])
    _ = try await owner.frame { $0["params"]?["kind"] == "task.cancelled" }
    owner.signal(SIGTERM)
    #expect(await owner.end().code == 0)
  }

  @Test("a task that is not there is told with what to do: exit 1", arguments: ["show", "logs", "cancel", "retry"])
  func unknown(_ verb: String) async throws {
    let id = try await detach()
    #expect(!id.isEmpty)
    let end = try await scr("tasks", verb, "task_none")
    #expect(end.code == 1)
    #expect(end.stderr.contains(#"there is no task "task_none""#))
    #expect(end.stderr.contains("hint: scr tasks list"))
  }
}
