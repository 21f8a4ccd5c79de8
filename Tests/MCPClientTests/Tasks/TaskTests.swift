import MCPClient
import SCRProtocol
import SCRTestSupport
import Synchronization
import Testing

/// Calls that a server makes tasks of.
@Suite(.timeLimit(.minutes(3))) struct TaskTests {
  let servers = Servers()

  /// Keeps the task in memory, and tells in which order things happened.
  final class Keeper: RemoteTaskKeeping {
    let kept = Signal<RemoteTask>()
    let cancelsWithCall: Bool
    init(cancelsWithCall: Bool = true) { self.cancelsWithCall = cancelsWithCall }
    func began(_ task: RemoteTask) async throws { kept.fire(task) }
  }

  private func withServer(
    _ flags: String..., body: (ToolServerProcess, _ file: String) async throws -> Void
  ) async throws {
    let file = "/tmp/scr-tasks-\(UInt64.random(in: 0...UInt64.max))"
    let server = try await servers.start(flags: ["--quiet", "--tasks", file] + flags)
    try await body(server, file)
    await server.stop()
    try? TestFile.remove(file)
  }

  private func job(
    _ server: ToolServerProcess, _ script: JSONObject, desk: Desk? = nil, resuming: RemoteTask? = nil,
    keeper: Keeper? = nil
  ) async throws -> CallToolResult {
    try await server.call(
      "job", arguments: script, CallOptions(timeout: nil, answerer: desk), resuming: resuming, tasks: keeper)
  }

  @Test func `a task is written down, then polled to its end, and its result is the call's`() async throws {
    try await withServer { server, _ in
      let keeper = Keeper()
      let result = try await job(server, ["polls": 3], keeper: keeper)
      #expect(result == CallToolResult(text: "done", structuredContent: ["asked": 4]))
      #expect(keeper.kept.all.map(\.pollInterval) == [.milliseconds(50)])
      #expect(
        try await server.heard().filter { $0 == "tools/call" || $0 == "tasks/get" }.prefix(2) == [
          "tools/call", "tasks/get",
        ])
    }
  }

  @Test func `what a task asks is answered once`() async throws {
    try await withServer { server, _ in
      let desk = Desk()
      let result = try await job(server, ["questions": ["ok": Question.form("Go?")], "polls": 2], desk: desk)
      #expect(result.structuredContent?["answers"] == ["ok": ["action": "accept", "content": ["said": "Go?"]]])
      #expect(desk.asked.all.count == 1)
    }
  }

  @Test func `what nobody answers ends the call and the task`() async throws {
    try await withServer { server, _ in
      let error = await #expect(throws: MCPClientError.self) {
        _ = try await job(server, ["questions": ["ok": Question.form("Go?")]])
      }
      #expect(error?.code == .unanswered)
      let heard = try await server.heard()
      #expect(heard.contains("tasks/cancel"))
    }
  }

  @Test func `a failed task is the error that it failed with, a cancelled one an error of its own`() async throws {
    try await withServer { server, _ in
      let failed = await #expect(throws: RPCError.self) { _ = try await job(server, ["end": "failed"]) }
      #expect(failed == RPCError(code: -32000, message: "the job broke"))
      let cancelled = await #expect(throws: MCPClientError.self) { _ = try await job(server, ["end": "cancelled"]) }
      #expect(cancelled?.code == .taskCancelled)
      #expect(cancelled?.message == "fake cancelled its task of job")
    }
  }

  @Test(arguments: [true, false])
  func `a call that is cancelled cancels its task, unless it goes on later`(_ cancelsWithCall: Bool) async throws {
    try await withServer("--task-gate", "/nowhere/at/all") { server, _ in
      let keeper = Keeper(cancelsWithCall: cancelsWithCall)
      await withTaskGroup(of: Void.self) { group in
        group.addTask { _ = try? await job(server, [:], keeper: keeper) }
        _ = await keeper.kept.values(1)
        group.cancelAll()
      }
      let heard = try await server.heard()
      #expect(heard.contains("tasks/cancel") == cancelsWithCall)
    }
  }

  @Test func `a task of an earlier life is followed, and nothing is called again`() async throws {
    try await withServer("--task-gate", "/nowhere/at/all") { server, file in
      let keeper = Keeper(cancelsWithCall: false)
      await withTaskGroup(of: Void.self) { group in
        group.addTask { _ = try? await job(server, [:], keeper: keeper) }
        _ = await keeper.kept.values(1)
        group.cancelAll()
      }
      await server.stop()
      let next = try await servers.start(flags: ["--quiet", "--tasks", file])
      let left = RemoteTask(json: keeper.kept.all[0].json)
      let result = try await job(next, [:], resuming: left)
      #expect(result.content.first?["text"] == "done")
      #expect(try await next.heard().contains("tasks/get"))
      #expect(try await next.heard().filter { $0 == "tools/call" }.count == 2)
      await next.stop()
    }
  }

  @Test func `a task that the server has forgotten is an error of its own`() async throws {
    try await withServer { server, _ in
      let error = await #expect(throws: MCPClientError.self) {
        _ = try await job(server, [:], resuming: RemoteTask(id: "T"))
      }
      #expect(error?.code == .taskLost)
      #expect(error?.message == "fake no longer knows the task T that it made of job: Unknown task")
    }
  }

  @Test func `a tool that needs tasks in 2025-11-25 is called as one, and its questions find their call`() async throws
  {
    try await withServer("--legacy", "--revision", "2025-11-25") { server, _ in
      let desk = Desk()
      let result = try await job(server, ["questions": [Question.form("Go?")]], desk: desk)
      #expect(
        result.structuredContent?["answers"] == [["result": ["action": "accept", "content": ["said": "Go?"]]]])
      let heard = try await server.heard()
      #expect(heard.filter { $0.hasPrefix("tasks/") }.last == "tasks/result")
    }
  }

  @Test func `news of a task is asked after at once`() async throws {
    let server = ScriptedServer()
    try await server.openModern(["tools": [:], "extensions": ["io.modelcontextprotocol/tasks": [:]]])
    async let answer = server.session.callTool("t", arguments: [:], CallOptions(timeout: nil))
    let call = await server.request("tools/call")
    #expect(
      call["params"]?["_meta"]?["io.modelcontextprotocol/clientCapabilities"] == [
        "extensions": ["io.modelcontextprotocol/tasks": [:]]
      ])
    let task: JSONObject = ["taskId": "T", "status": "working", "pollIntervalMs": 60_000]
    var created = task
    created["resultType"] = "task"
    server.answer(call["id"], .object(created))
    let listen = await server.request("subscriptions/listen")
    #expect(listen["params"]?["notifications"] == ["taskIds": ["T"]])
    let meta: JSONValue = ["io.modelcontextprotocol/subscriptionId": listen["id"] ?? .null]
    server.say([
      "jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged",
      "params": ["notifications": ["taskIds": ["T"]], "_meta": meta],
    ])
    server.answer(await server.request("tasks/get")["id"], .object(task))
    server.say(["jsonrpc": "2.0", "method": "notifications/tasks", "params": ["taskId": "T", "_meta": meta]])
    // The clock stands still, so it is no poll.
    let second = await server.request("tasks/get", after: 1)
    server.answer(second["id"], ["taskId": "T", "status": "completed", "result": ["content": []]])
    let result = try await answer
    #expect(result == CallToolResult(content: []))
  }
}
