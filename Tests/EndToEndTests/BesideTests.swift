import Glibc
import SCRProtocol
import SCRTestSupport
import Testing

@Suite("Commands beside an scr that serves", .timeLimit(.minutes(2)))
struct BesideTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  private func owner(_ arguments: [String]) async throws -> ScrProcess {
    let scr = try ScrProcess(["serve"] + arguments, in: place)
    scr.send(#"{"jsonrpc":"2.0","id":"hello","method":"status"}"#)
    _ = try await scr.answer(to: "hello")
    return scr
  }

  private func ask(_ scr: ScrProcess, _ id: Int, _ method: String, _ params: String = "{}") async throws -> JSONValue? {
    scr.send(#"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"#)
    return try await scr.answer(to: .init(id))["result"]
  }

  private var here: [String] { ["--state", place.state] }

  @Test("a detached run is the owner's, at once")
  func detached() async throws {
    let scr = try await owner(here)
    try place.write(
      "plan.json",
      #"{"title":"Sum","steps":[{"id":"s","tool":"calculator","arguments":{"expression":"${inputs.n} + 1"}}],"#
        + #""inputs":{"n":1},"result":"${steps.s.text}"}"#)
    let run = try await place.run(["run", "--plan", "plan.json", "--input", "n:=41", "--detach"] + here)
    #expect(run.code == 0)
    #expect(run.stderr == "accepted by process \(scr.pid), which works it off")
    let id = try #require(run.stdout.first)
    let task = try await ask(scr, 1, "get_task", #"{"taskId":"\#(id)","wait":true}"#)
    #expect(task?["state"] == "completed" && task?["result"] == "42")
    let again = try await place.run(["tasks", "retry", id, "--detach", "--json"] + here)
    #expect(again.json["retryOf"] == .string(id))
    let retried = again.json["taskId"]?.stringValue ?? ""
    #expect(try await ask(scr, 2, "get_task", #"{"taskId":"\#(retried)","wait":true}"#)?["state"] == "completed")
    try place.write("bad.json", #"{"title":"Bad","steps":[{"id":"s","tool":"calculater"}]}"#)
    let refused = try await place.run(["run", "--plan", "bad.json", "--detach"] + here)
    #expect(refused.code == 2)
    #expect(refused.stderr.contains("calculater"))
    #expect(await scr.finish().code == 0)
  }

  @Test("a task is cancelled down to its tool call")
  func cancel() async throws {
    let configured = try place.fakeServer()
    let scr = try ScrProcess(["serve"] + configured, in: place)
    try await scr.ready("fake")
    scr.send(
      #"{"jsonrpc":"2.0","id":1,"method":"submit_task","params":{"plan":{"title":"H","steps":[{"id":"h","tool":"fake.hang"}]}}}"#
    )
    let id = try await scr.answer(to: 1)["result"]?["taskId"]?.stringValue ?? ""
    let cancelled = try await place.run(["tasks", "cancel", id] + configured)
    #expect(cancelled.stdout == ["\(id) cancelled"])
    #expect(try await ask(scr, 2, "get_task", #"{"taskId":"\#(id)"}"#)?["state"] == "cancelled")
    let late = try await place.run(["tasks", "cancel", id] + configured)
    #expect(late.stdout == ["\(id) cancelled"] && late.code == 0)
    let unknown = try await place.run(["tasks", "cancel", "task_none"] + configured)
    #expect(unknown.code == 1)
    #expect(
      unknown.stderr
        == "error: there is no task \"task_none\"\n  hint: scr tasks list shows the tasks there are; is --state the right one?"
    )
    #expect(await scr.finish().code == 0)
  }

  @Test("the queue is held, changed and emptied through the owner")
  func queue() async throws {
    let scr = try await owner(here)
    #expect(try await place.run(["queue", "pause"] + here).stdout == ["the queue is paused"])
    #expect(try await ask(scr, 1, "queue_stats")?["paused"] == [:])
    _ = try await ask(
      scr, 2, "submit_task",
      #"{"plan":{"title":"W","steps":[{"id":"s","tool":"calculator","arguments":{"expression":"1"}}]}}"#)
    #expect(try await place.run(["queue", "clear"] + here).stdout == ["1 task cancelled"])
    #expect(try await place.run(["queue", "weights", "a=3"] + here).stdout == ["a has the weight 3"])
    let limits = try await place.run(["queue", "limits", "reports", "--max-concurrent", "2"] + here)
    #expect(limits.stdout == ["reports: maxConcurrent 2"])
    #expect(try await place.run(["queue", "drain", "--json"] + here).json == ["tasks": []])
    #expect(try await place.run(["queue", "resume"] + here).stdout == ["the queue goes on"])
    let stats = try await ask(scr, 3, "queue_stats")
    #expect(stats?["paused"] == nil && stats?["draining"] == nil && stats?["weights"] == ["a": 3])
    #expect(await scr.finish().code == 0)
  }

  @Test("schedules are put, paused and removed through the owner")
  func schedules() async throws {
    let scr = try await owner(here)
    try place.write(
      "plan.json", #"{"title":"S","steps":[{"id":"s","tool":"calculator","arguments":{"expression":"1"}}]}"#)
    let put = try await place.run(
      ["schedules", "put", "pulse", "--every", "60m", "--plan", "plan.json", "--missed", "all:3"] + here)
    #expect(put.code == 0)
    #expect(put.stdout.first?.hasPrefix("pulse every ") == true)
    let paused = try await place.run(["schedules", "pause", "pulse"] + here)
    #expect(paused.stdout.first?.hasSuffix(": paused") == true)
    let listed = try await ask(scr, 1, "list_schedules")?["schedules"]?.arrayValue?.first
    #expect(listed?["paused"] == true && listed?["missed"] == ["all": 3])
    #expect(try await place.run(["schedules", "remove", "pulse"] + here).stdout == ["removed"])
    #expect(try await ask(scr, 2, "list_schedules")?["schedules"] == [])
    #expect(await scr.finish().code == 0)
  }

  @Test("what a task asks is answered through the owner, which goes on at once")
  func approvals() async throws {
    let scr = try await owner(here)
    let submitted = try await ask(
      scr, 1, "submit_task",
      #"{"plan":{"title":"A","steps":[{"id":"ok","wait":{"approval":{"question":"Go on?"}}}]}}"#)
    let id = submitted?["taskId"]?.stringValue ?? ""
    scr.send(#"{"jsonrpc":"2.0","id":2,"method":"stream","params":{"taskId":"\#(id)"}}"#)
    let asked = try await scr.frame { $0["params"]?["kind"] == "approval.requested" }
    let approval = asked["params"]?["data"]?["approvalId"]?.stringValue ?? ""
    let answered = try await place.run(["approvals", "answer", approval, "approve", "--by", "ann"] + here)
    #expect(answered.stdout == ["\(approval) approve"])
    #expect(try await ask(scr, 3, "get_task", #"{"taskId":"\#(id)","wait":true}"#)?["state"] == "completed")
    #expect(await scr.finish().code == 0)
  }

  @Test("a run is worked off by the owner and shown here, with its result and exit code")
  func foreground() async throws {
    let scr = try await owner(here)
    try place.write(
      "plan.json",
      #"{"title":"Sum","steps":[{"id":"s","tool":"calculator","arguments":{"expression":"1 + 1"}}],"result":"${steps.s.text}"}"#
    )
    let run = try await place.run(["run", "--plan", "plan.json"] + here)
    #expect(run.code == 0)
    #expect(run.stdout == ["2"])
    #expect(run.stderr.contains("process \(scr.pid) owns the state directory and works it off"))
    #expect(run.stderr.contains("[s] completed in"))
    let events = try await place.run(["run", "--plan", "plan.json", "--events"] + here)
    #expect(events.jsonLines.first?["kind"] == "task.submitted")
    #expect(events.jsonLines.last?["task"]?["result"] == "2")
    let task = events.jsonLines.last?["task"]?["taskId"]?.stringValue ?? ""
    let retried = try await place.run(["tasks", "retry", task, "--json"] + here)
    #expect(retried.json["retryOf"] == .string(task) && retried.json["result"] == "2")
    try place.write(
      "bad.json", #"{"title":"Bad","steps":[{"id":"s","tool":"calculator","arguments":{"expression":"1/0"}}]}"#)
    #expect(try await place.run(["run", "--plan", "bad.json", "--quiet"] + here).code == 1)
    let taped = try await place.run(["run", "--plan", "plan.json", "--record", "tape.json"] + here)
    #expect(taped.code == 5)
    #expect(taped.stderr.contains("process \(scr.pid) owns it"))
    #expect(await scr.finish().code == 0)
  }

  @Test("Ctrl-C cancels the task at the owner; SIGTERM leaves it there")
  func signals() async throws {
    let configured = try place.fakeServer()
    let scr = try ScrProcess(["serve"] + configured, in: place)
    try await scr.ready("fake")
    try place.write("plan.json", #"{"title":"H","steps":[{"id":"h","tool":"fake.hang"}]}"#)
    for (number, code, state) in [(SIGTERM, 143, "running"), (SIGINT, 130, "cancelled")] as [(Int32, Int32, String)] {
      let run = try ScrProcess(["run", "--plan", "plan.json", "--events"] + configured, in: place)
      let started = try await run.frame { $0["kind"] == "step.started" }
      run.signal(number)
      #expect(await run.end().code == code)
      let id = started["taskId"]?.stringValue ?? ""
      #expect(try await ask(scr, Int(number), "get_task", #"{"taskId":"\#(id)"}"#)?["state"] == .string(state))
    }
    #expect(await scr.finish().code == 0)
  }

  @Test("an owner that dies ends a run with 5, and the task goes on with the next one")
  func ownerDies() async throws {
    let configured = try place.fakeServer()
    let scr = try ScrProcess(["serve"] + configured, in: place)
    try await scr.ready("fake")
    try place.write("plan.json", #"{"title":"H","steps":[{"id":"h","tool":"fake.hang"}]}"#)
    let run = try ScrProcess(["run", "--plan", "plan.json", "--events"] + configured, in: place)
    _ = try await run.frame { $0["kind"] == "step.started" }
    scr.signal(SIGKILL)
    let end = await run.end()
    #expect(end.code == 5)
    #expect(end.stderr.contains("process \(scr.pid), which owns the state directory, went away"))
    _ = await scr.end()
    #expect(try await place.run(["tasks", "list", "--json"] + configured).json["tasks"]?.arrayValue?.count == 1)
  }
}
