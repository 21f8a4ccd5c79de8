import SCRCommand
import SCRProtocol
import SCRRuntime
import Testing

@testable import SCRStore

@Suite struct TasksCommandTests {
  private func detached(_ shop: Workshop) async throws -> String {
    let plan = try shop.write(Plans.good, to: "plan.yaml")
    let (exit, output) = await shop.run(["run", "--plan", plan, "--detach"])
    #expect(exit == .success)
    #expect(output.note.hasPrefix("accepted; it waits in the state directory until"))
    return String(output.result.dropLast())
  }

  @Test func `A detached task waits for the next owner of the state directory`() async throws {
    try await Workshop.use { shop in
      let id = try await detached(shop)
      let waiting = await shop.run(["tasks", "list", "--status", "queued"]).output.result
      #expect(waiting.split(separator: "\n").count == 2)
      #expect(waiting.contains(id))
      let (exit, answers) = try await Serving.run(
        [#"{"jsonrpc":"2.0","id":1,"method":"get_task","params":{"taskId":"\#(id)","wait":true}}"#],
        environment: ["SCR_STATE_DIR": shop.state])
      #expect(exit == .success)
      #expect(answers.map { $0["result"]?["state"] } == ["completed"])
      #expect(await shop.run(["tasks", "list", "--status", "completed"]).output.result.contains(id))
    }
  }

  @Test func `Show tells a task's head, steps and result`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      let run = try JSONParser.parse(await shop.run(["run", "--plan", plan, "--json"]).output.result)
      let id = try #require(run["taskId"]?.stringValue)
      let shown = await shop.run(["tasks", "show", id])
      #expect(shown.exit == .success)
      #expect(shown.output.result.hasPrefix("Sums\n  task     \(id)\n  state    completed\n"))
      #expect(shown.output.result.hasSuffix("\n\n8\n"))
      #expect(try JSONParser.parse(await shop.run(["tasks", "show", id, "--json"]).output.result) == run)
    }
  }

  @Test func `Logs are the task's events in order`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      let run = await shop.run(["run", "--plan", plan, "--events"])
      let events = try run.output.result.split(separator: "\n").dropLast().map { try JSONParser.parse(String($0)) }
      let id = try #require(events.first?["taskId"]?.stringValue)
      let logs = await shop.run(["tasks", "logs", id, "--json"])
      #expect(try JSONParser.parse(logs.output.result) == ["events": .array(events)])
      let lines = await shop.run(["tasks", "logs", id]).output.result.split(separator: "\n")
      #expect(lines.count == events.count)
      #expect(lines.last?.contains(" task.completed") == true)
      let last = try #require(events.last?["sequence"]?.integerValue)
      #expect(
        await shop.run(["tasks", "logs", id, "--events", "--since", "\(last - 1)"]).output.result
          == "\(events.last?.jsonText ?? "")\n")
    }
  }

  @Test func `A queued task is cancelled, a second time nothing changes, and a retry is a new task`() async throws {
    try await Workshop.use { shop in
      let id = try await detached(shop)
      let first = await shop.run(["tasks", "cancel", id])
      #expect(first.exit == .success)
      #expect(first.output.result == "\(id) cancelled\n")
      #expect(await shop.run(["tasks", "cancel", id]).output.result == "\(id) cancelled\n")
      let retried = try JSONParser.parse(await shop.run(["tasks", "retry", id, "--json"]).output.result)
      #expect(retried["retryOf"] == .string(id))
      #expect(retried["state"] == "completed")
      #expect(retried["result"] == "8")
    }
  }

  @Test("A task that is not there is told with exit 1", arguments: ["show", "logs", "cancel", "retry"])
  func unknown(_ verb: String) async throws {
    try await Workshop.use { shop in
      _ = try await detached(shop)
      let (exit, output) = await shop.run(["tasks", verb, "task_none"])
      #expect(exit == .failed)
      #expect(
        output.note
          == "error: there is no task \"task_none\"\n  hint: scr tasks list shows the tasks there are; is --state the right one?\n"
      )
    }
  }

  @Test func `Beside an owner that serves nobody one can look, but neither run nor cancel`() async throws {
    try await Workshop.use { shop in
      let id = try await detached(shop)
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      let owner = try StateDirectory.open(shop.state)
      #expect(await shop.run(["tasks", "list"]).output.result.contains(id))
      #expect(await shop.run(["tasks", "show", id]).exit == .success)
      for command in [["tasks", "cancel", id], ["tasks", "retry", id], ["run", "--plan", plan]] {
        let (exit, output) = await shop.run(command)
        #expect(exit == .unavailable)
        #expect(output.note.contains("owns the state directory \(shop.state)") && output.note.contains("--state"))
      }
      owner.release()
    }
  }

  @Test func `Long lists go on with a cursor`() async throws {
    try await Workshop.use { shop in
      let ids = [try await detached(shop), try await detached(shop)]
      let page = try JSONParser.parse(await shop.run(["tasks", "list", "--limit", "1", "--json"]).output.result)
      #expect(page["tasks"]?.arrayValue?.map { $0["taskId"] } == [.string(ids[1])])
      let cursor = try #require(page["nextCursor"]?.stringValue)
      let rest = try JSONParser.parse(
        await shop.run(["tasks", "list", "--limit", "1", "--cursor", cursor, "--json"]).output.result)
      #expect(rest["tasks"]?.arrayValue?.map { $0["taskId"] } == [.string(ids[0])])
    }
  }

  @Test func `All tasks that ended in a state are submitted again, with other inputs, and only once`() async throws {
    try await Workshop.use { shop in
      let ids = [try await detached(shop), try await detached(shop)]
      for id in ids { _ = await shop.run(["tasks", "cancel", id]) }
      let (exit, output) = await shop.run(
        ["tasks", "retry", "--status", "cancelled", "--all", "--input", "number=5", "--json"])
      #expect(exit == .success)
      let retried = try JSONParser.parse(output.result)["retried"]?.arrayValue ?? []
      #expect(Set(retried.compactMap { $0["retryOf"]?.stringValue }) == Set(ids))
      #expect(await shop.run(["tasks", "retry", "--status", "cancelled"]).output.note == "0 retried, 0 refused\n")
      let shown = await shop.run(["tasks", "show", ids[0], "--history"]).output.result
      #expect(shown.contains("\n  retried  as task_"))
      #expect(shown.contains(" task.retried "))
      let new = try #require(retried.first?["taskId"]?.stringValue)
      let run = await shop.run(["tasks", "cancel", new])
      #expect(run.output.result == "\(new) cancelled\n")
    }
  }

  @Test(
    "A retry names one task or a state",
    arguments: [[], ["task_1", "--status", "dead"], ["--status", "running"], ["task_1", "--all"]])
  func badRetry(arguments: [String]) async throws {
    try await Workshop.use { shop in #expect(await shop.run(["tasks", "retry"] + arguments).exit == .usage) }
  }

  @Test func `What ended long ago is counted, then removed; dead letters only where they are named`() async throws {
    try await Workshop.use { shop in
      let id = try await detached(shop)
      _ = await shop.run(["tasks", "cancel", id])
      #expect(await shop.run(["tasks", "prune"]).output.result == "removed no tasks\n")
      let directory = try StateDirectory.open(shop.state)
      let store = try await SQLiteTaskStore.open(in: directory)
      for (name, state) in [("task_dead", TaskState.dead), ("task_done", .completed)] {
        var task = AgentTask(id: TaskID(name), title: name, state: state, createdAt: Timestamp(milliseconds: 1))
        task.endedAt = Timestamp(milliseconds: 2)
        _ = try await store.commit(StoreBatch(at: Timestamp(milliseconds: 2), changes: [.insertTask(task)]))
      }
      await store.close()
      directory.release()
      #expect(await shop.run(["tasks", "prune", "--dry-run"]).output.result == "would remove 1 completed\n")
      #expect(await shop.run(["tasks", "prune", "--older-than", "1h"]).output.result == "removed 1 completed\n")
      #expect(await shop.run(["tasks", "show", "task_dead"]).exit == .success)
      let dead = await shop.run(["tasks", "prune", "--older-than", "1h", "--status", "dead", "--json"])
      #expect(try JSONParser.parse(dead.output.result) == ["removed": ["dead": 1], "dryRun": false])
      #expect(await shop.run(["tasks", "show", "task_dead"]).exit == .failed)
      #expect(await shop.run(["tasks", "prune", "--status", "queued"]).exit == .usage)
    }
  }
}
