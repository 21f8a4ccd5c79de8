import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("Task methods", .timeLimit(.minutes(1)))
struct SubmitTaskTests {
  private let sum = ServerFixture.plan(("one", "add"), arguments: ["a": 1, "b": 2])

  @Test(
    "a priority is a word or a number from 1 to 5",
    arguments: [
      ("high", "high"), ("normal", "normal"), ("low", "low"), (1, "high"), (2, "normal"), (3, "normal"),
      (4, "low"), (5, "low"),
    ] as [(JSONValue, String)])
  func priority(given: JSONValue, stored: String) async throws {
    try await ServerFixture.serve { fixture in
      _ = await fixture.ask("submit_task", ["plan": sum, "priority": given, "wait": true])
      let list = await fixture.ask("list_tasks", id: 2)
      #expect(list["result"]?["tasks"]?.arrayValue?.map { $0["priority"] } == [.string(stored)])
    }
  }

  @Test("a priority beyond the bounds is refused", arguments: [0, 6, 99, -7, 1.5, "urgent"] as [JSONValue])
  func badPriority(given: JSONValue) async throws {
    try await ServerFixture.serve { fixture in
      let error = await fixture.ask("submit_task", ["plan": sum, "priority": given])["error"]
      #expect(error?["code"] == -32602)
      #expect(error?["data"]?["path"] == "params.priority")
    }
  }

  @Test("a wait that meets its time-out gives id and state; the task stays")
  func timedOut() async throws {
    try await ServerFixture.serve(isRunning: false) { fixture in
      fixture.send("submit_task", ["plan": sum, "wait": true, "timeoutMs": 1500])
      await fixture.clock.waitForSleepers()
      fixture.clock.advance(by: .milliseconds(1500))
      let result = await fixture.answer(1)["result"]
      let taskID = try #require(result?["taskId"])
      #expect(result == ["taskId": taskID, "state": "queued", "timedOut": true])
      fixture.send("get_task", ["taskId": taskID, "wait": true, "timeoutMs": 10], id: 2)
      await fixture.clock.waitForSleepers()
      fixture.clock.advance(by: .milliseconds(10))
      let task = await fixture.answer(2)["result"]
      #expect(task?["timedOut"] == true)
      #expect(task?["steps"]?.arrayValue?.map { $0["state"] } == ["pending"])
    }
  }

  @Test("get_task with wait and since answers as soon as an event follows")
  func since() async throws {
    try await ServerFixture.serve { fixture in
      let plan = ServerFixture.plan(("wait", "files.block"))
      let taskID = try #require(await fixture.ask("submit_task", ["plan": plan])["result"]?["taskId"])
      let task = await fixture.ask("get_task", ["taskId": taskID, "wait": true, "since": 0], id: 2)
      #expect(task["result"]?["endedAt"] == nil)
      #expect(task["result"]?["taskId"] == taskID)
    }
  }

  @Test("a retry is a new task that names the old one; a task that has not ended cannot be tried again")
  func retry() async throws {
    try await ServerFixture.serve { fixture in
      let old = await fixture.ask("submit_task", ["plan": sum, "wait": true])
      let oldID = try #require(old["result"]?["taskId"])
      let new = await fixture.ask("retry_task", ["taskId": oldID], id: 2)["result"]
      #expect(new?["retryOf"] == oldID)
      let newID = try #require(new?["taskId"])
      #expect(newID != oldID)
      let ended = await fixture.ask("get_task", ["taskId": newID, "wait": true], id: 3)["result"]
      #expect(ended?["state"] == "completed")
      #expect(ended?["retryOf"] == oldID)
      let blocked = await fixture.ask("submit_task", ["plan": ServerFixture.plan(("wait", "files.block"))], id: 4)
      let refused = await fixture.ask("retry_task", ["taskId": blocked["result"]?["taskId"] ?? .null], id: 5)
      #expect(refused["error"]?["data"]?["kind"] == "conflict")
    }
  }

  @Test("a submission reaches the runtime as it was meant, offsets of the deadline included")
  func submission() async throws {
    try await ServerFixture.serve(isRunning: false) { fixture in
      var plan = sum.objectValue ?? [:]
      plan["inputs"] = ["a": 0]
      let answer = await fixture.ask(
        "submit_task",
        [
          "plan": .object(plan), "title": "Mine", "class": "batch", "inputs": ["a": 1], "idempotencyKey": "k",
          "deadline": "2030-01-01T01:00:00+01:00", "context": ["cwd": "/work space"],
        ])
      let id = try #require(answer["result"]?["taskId"]?.stringValue, "\(answer)")
      let task = try await fixture.runtime.task(TaskID(id)).task
      #expect(task.title == "Mine")
      #expect(task.taskClass == "batch")
      #expect(task.inputs == ["a": 1])
      #expect(task.idempotencyKey == "k")
      #expect(task.deadline == Timestamp("2030-01-01T00:00:00Z"))
      #expect(task.workspaceRoot == "/work space")
    }
  }

  @Test("key, unique key and the moment to begin reach the runtime; a repeat says so")
  func scheduling() async throws {
    try await ServerFixture.serve(isRunning: false) { fixture in
      let params: JSONValue = [
        "plan": sum, "key": "tenant", "uniqueKey": "u", "runAt": "2030-01-01T01:00:00+01:00",
      ]
      let answer = await fixture.ask("submit_task", params)["result"]
      let id = try #require(answer?["taskId"]?.stringValue)
      #expect(answer == ["taskId": .string(id), "state": "scheduled"])
      let task = try await fixture.runtime.task(TaskID(id)).task
      #expect(task.fairnessKey == "tenant")
      #expect(task.uniqueKey == "u")
      #expect(task.runAt == Timestamp("2030-01-01T00:00:00Z"))
      let again = await fixture.ask("submit_task", params, id: 2)["result"]
      #expect(again == ["taskId": .string(id), "state": "scheduled", "isRepeat": true])
      let shown = await fixture.ask("get_task", ["taskId": .string(id)], id: 3)["result"]
      #expect(shown?["runAt"] == "2030-01-01T00:00:00.000Z")
    }
  }

  @Test(
    "keys and times that cannot be are refused by name",
    arguments: [
      ("key", .string(String(repeating: "k", count: 129))), ("key", "a\nb"), ("uniqueKey", ""),
      ("uniqueKey", .string(String(repeating: "k", count: 257))), ("uniqueKey", "a\u{7}"), ("runAt", "tomorrow"),
      ("deadline", "2029-01-01T00:00:00Z"),
    ] as [(String, JSONValue)])
  func badSchedule(name: String, value: JSONValue) async throws {
    try await ServerFixture.serve(isRunning: false) { fixture in
      var params: JSONObject = ["plan": sum, "runAt": "2030-01-01T00:00:00Z"]
      params[name] = value
      let error = await fixture.ask("submit_task", .object(params))["error"]
      #expect(error?["code"] == -32602)
      #expect(error?["data"]?["path"] == .string("params.\(name)"))
    }
  }

  @Test("several ended tasks are retried at once, with edits; a history tells a task's life")
  func bulkRetry() async throws {
    try await ServerFixture.serve { fixture in
      var ids: [JSONValue] = []
      for number in 0..<3 {
        let answer = await fixture.ask("submit_task", ["plan": sum, "wait": true], id: JSONValue(number))
        ids.append(answer["result"]?["taskId"] ?? .null)
      }
      let page = await fixture.ask(
        "retry_task", ["taskIds": .array([ids[0], "task_none"]), "priority": "high"], id: 10)[
          "result"]
      let new = try #require(page?["retried"]?.arrayValue?.first?["taskId"])
      #expect(page?["retried"] == [["taskId": new, "retryOf": ids[0], "state": "queued"]])
      #expect(page?["refused"]?.arrayValue?.first?["kind"] == "not_found")
      _ = await fixture.ask("get_task", ["taskId": new, "wait": true], id: 11)
      let rest = await fixture.ask("retry_task", ["state": "completed", "limit": 500], id: 12)["result"]
      #expect(Set(rest?["retried"]?.arrayValue?.compactMap { $0["retryOf"] } ?? []) == [ids[1], ids[2], new])
      let old = await fixture.ask("get_task", ["taskId": ids[0], "history": true], id: 13)["result"]
      #expect(old?["retriedAs"] == new)
      #expect(
        old?["history"]?.arrayValue?.map { $0["kind"] } == [
          "task.submitted", "task.queued", "task.started", "task.completed", "task.retried",
        ])
      for (place, params) in ([[:], ["taskId": "a", "state": "dead"]] as [JSONValue]).enumerated() {
        let error = await fixture.ask("retry_task", params, id: JSONValue(20 + place))["error"]
        #expect(error?["code"] == -32602)
      }
    }
  }
}
