import MCPServer
import SCRConnection
import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("stream", .timeLimit(.minutes(1)))
struct StreamTests {
  @Test("gives every event of a task once and in order, stored ones and live ones, and ends with the task")
  func wholeTask() async throws {
    try await ServerFixture.serve { fixture in
      let plan = ServerFixture.plan(("first", "files.read"), ("wait", "files.block"), ("last", "files.read"))
      let submitted = await fixture.ask("submit_task", ["plan": plan])
      let taskID = try #require(submitted["result"]?["taskId"]?.stringValue)
      _ = await fixture.source.calls.values(2)
      let before = fixture.client.allFrames.count
      fixture.send("stream", ["taskId": .string(taskID)], id: "s")
      // What is stored has come; the rest is live.
      _ = await fixture.client.frames(before + 3)
      fixture.gate.open()
      let answer = await fixture.answer("s")
      let seen = fixture.events(of: "s").compactMap { $0["sequence"]?.integerValue }
      let stored = try await fixture.runtime.events(since: 0, taskID: TaskID(taskID), limit: 500)
      let end = try #require(stored.first { $0.kind == .taskCompleted }).sequence
      #expect(seen == stored.map(\.sequence).filter { $0 <= end })
      #expect(answer["result"] == ["nextSequence": .integer(end + 1), "dropped": 0])
    }
  }

  @Test("a reader that was too slow gets what it missed from the store")
  func lagging() async throws {
    try await ServerFixture.serve(isRunning: false) { fixture in
      let sink = SlowSink()
      let handler = ServerFixture.handler(fixture.runtime, fixture.clock)
      let connection = Connection(handler: handler, sink: sink)
      let plan = ServerFixture.plan(("one", "add"), arguments: ["a": 1, "b": 1])
      _ = try await fixture.runtime.submit(TaskSubmission(plan: plan, title: "0"))
      let request = #"{"jsonrpc":"2.0","id":"s","method":"stream","params":{"since":0,"kinds":["task.submitted"]}}"#
      Array("\(request)\n".utf8).withUnsafeBytes { connection.receive($0) }
      _ = await sink.waits.values(1)
      // Two events each: far more than a subscription keeps.
      for number in 1...600 {
        _ = try await fixture.runtime.submit(TaskSubmission(plan: plan, title: "\(number)"))
      }
      sink.room.open()
      connection.endOfInput()
      await connection.drained()
      let frames = sink.frames.all
      #expect(frames.compactMap { $0["params"]?["data"]?["title"]?.stringValue } == (0...600).map { "\($0)" })
      #expect(frames.last?["result"] == ["nextSequence": 1203, "dropped": 0])
    }
  }

  @Test("a stream from before the oldest event that is kept says so first; one from just there does not")
  func pruned() async throws {
    let (store, clock) = (InMemoryTaskStore(), ManualClock())
    let drafts = (1...5).map { EventDraft(.serverState, data: ["n": JSONValue($0)]) }
    _ = try await store.commit(StoreBatch(at: clock.now(), events: drafts))
    _ = try await store.commit(StoreBatch(at: clock.now(), changes: [.pruneEvents(through: 3)]))
    let runtime = try await CognitiveRuntime(
      store: store, memory: InMemoryMemoryStore(), registry: ToolRegistry(inlineTools: [], clock: clock), clock: clock,
      configuration: RuntimeConfiguration(workspaceRoot: "/work space"))
    let client = WireClient(ServerFixture.handler(runtime, clock))
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"stream","params":{"since":2,"follow":false}}"#)
    let cut = await client.frames(4)
    #expect(cut.map { $0["params"]?["kind"] } == ["events.pruned", "server.state", "server.state", nil])
    #expect(cut[0]["params"]?["sequence"] == 3)
    #expect(cut[0]["params"]?["data"] == ["firstSequence": 4])
    #expect(cut[3]["result"] == ["nextSequence": 6, "dropped": 0, "firstSequence": 4])
    client.send(#"{"jsonrpc":"2.0","id":2,"method":"stream","params":{"since":3,"follow":false}}"#)
    let whole = await client.frames(7)
    #expect(whole.dropFirst(4).map { $0["params"]?["sequence"] } == [4, 5, nil])
    #expect(whole[6]["result"] == ["nextSequence": 6, "dropped": 0])
  }

  @Test("it begins where its request stands in the input, however late its work does")
  func lateStart() async throws {
    try await ServerFixture.serve { fixture in
      let handler = LateStreams(ServerFixture.handler(fixture.runtime, fixture.clock))
      let client = WireClient(handler)
      client.send(#"{"jsonrpc":"2.0","id":"s","method":"stream","params":{"kinds":["task.submitted"]}}"#)
      let plan = ServerFixture.plan(("one", "add"), arguments: ["a": 1, "b": 1])
      let task = await client.ask(
        #"{"jsonrpc":"2.0","id":1,"method":"submit_task","params":{"plan":\#(plan.jsonText),"wait":true}}"#)
      #expect(task["result"]?["state"] == "completed")
      handler.gate.open()
      let event = await client.frames(2)[1]
      #expect(event["params"]?["taskId"] == task["result"]?["taskId"])
    }
  }

  @Test("a kind that does not exist is refused with the one that was meant")
  func unknownKind() async throws {
    try await ServerFixture.serve { fixture in
      let error = await fixture.ask("stream", ["kinds": ["task.queued", "task.complete"]])["error"]
      #expect(error?["code"] == -32602)
      #expect(error?["data"]?["path"] == "params.kinds[1]")
      #expect(error?["data"]?["hint"] == #"did you mean "task.completed"?"#)
    }
  }

  @Test("a cancelled stream sends nothing more and gets no answer; the task goes on")
  func cancelled() async throws {
    try await ServerFixture.serve { fixture in
      let plan = ServerFixture.plan(("wait", "files.block"))
      let submitted = await fixture.ask("submit_task", ["plan": plan])
      let taskID = try #require(submitted["result"]?["taskId"])
      fixture.send("stream", ["taskId": taskID, "kinds": ["task.submitted", "task.completed"]], id: "s")
      _ = await fixture.client.frames(2)
      fixture.client.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"s"}}"#)
      fixture.gate.open()
      let task = await fixture.ask("get_task", ["taskId": taskID, "wait": true], id: "g")
      #expect(task["result"]?["state"] == "completed")
      #expect(fixture.events(of: "s").compactMap { $0["kind"] } == ["task.submitted"])
      #expect(!fixture.client.allFrames.contains { $0["id"] == "s" })
    }
  }

  @Test(
    "the events of a task wait until the answer to its submission is queued, however it was submitted",
    arguments: ["submit_task", "tools/call", "retry_task"])
  func answerFirst(method: String) async throws {
    try await ServerFixture.serve { fixture in
      let plan = ServerFixture.plan(("one", "add"), arguments: ["a": 1, "b": 1])
      let old = await fixture.ask("submit_task", ["plan": plan, "wait": true])["result"]?["taskId"] ?? .null
      let since = try await fixture.runtime.events(since: 0, taskID: nil, limit: 500).last?.sequence ?? 0
      let handler = LateAnswers(ServerFixture.handler(fixture.runtime, fixture.clock))
      let client = WireClient(handler)
      client.send(
        #"{"jsonrpc":"2.0","id":"s","method":"stream","params":{"since":\#(since),"kinds":["task.submitted"]}}"#
      )
      let params: [String: JSONValue] = [
        "submit_task": ["plan": plan], "retry_task": ["taskId": old],
        "tools/call": ServerFixture.modern(["name": "submit_task", "arguments": ["plan": plan]]),
      ]
      let request: JSONValue = [
        "jsonrpc": "2.0", "id": 1, "method": .string(method), "params": params[method] ?? .null,
      ]
      client.send(request.jsonText)
      let answer = await client.frames(1)[0]
      let result = answer["result"]?["structuredContent"] ?? answer["result"]
      let taskID = try #require(result?["taskId"]?.stringValue, "\(answer)")
      // Another connection's stream holds nothing back: when it has ended, this one has long been able to begin.
      _ = await fixture.ask("stream", ["taskId": .string(taskID)], id: "other")
      #expect(client.allFrames == [answer])
      handler.release()
      #expect(await client.frames(2)[1]["params"]?["kind"] == "task.submitted")
    }
  }

  @Test("follow: false gives what is stored and ends")
  func storedOnly() async throws {
    try await ServerFixture.serve { fixture in
      let plan = ServerFixture.plan(("wait", "files.block"))
      _ = await fixture.ask("submit_task", ["plan": plan])
      let answer = await fixture.ask("stream", ["follow": false, "kinds": ["task.submitted"]], id: "s")
      #expect(answer["result"]?["dropped"] == 0)
      #expect(fixture.events(of: "s").compactMap { $0["kind"] } == ["task.submitted"])
    }
  }
}

/// A peer that takes nothing until there is room.
private final class SlowSink: FrameSink {
  let frames = Signal<JSONValue>()
  let waits = Signal<Void>()
  let room = Gate()

  func send(_ bytes: [UInt8], inline: Bool) -> Bool {
    for line in bytes.split(separator: 0x0A) {
      frames.fire(JSONValue(json: String(decoding: line, as: UTF8.self)))
    }
    return true
  }

  func flush() {}

  func waitForRoom() async {
    waits.fire()
    try? await room.pass()
  }
}

/// Keeps what it is told of answers to itself until it is released.
private final class LateAnswers: ConnectionHandler {
  private let handler: MCPServerHandler
  private let kept = Signal<(RequestID, Connection)>()

  init(_ handler: MCPServerHandler) { self.handler = handler }

  func receive(
    _ request: IncomingRequest, on connection: Connection, output: inout JSONWriter
  ) -> Disposition { handler.receive(request, on: connection, output: &output) }

  func receive(_ notification: IncomingNotification, on connection: Connection) {
    handler.receive(notification, on: connection)
  }

  func answered(_ id: RequestID, on connection: Connection) { kept.fire((id, connection)) }

  func release() { for (id, connection) in kept.all { handler.answered(id, on: connection) } }
}

extension ServerFixture {
  /// The parameters of the events that came for one stream.
  fileprivate func events(of subscription: JSONValue) -> [JSONValue] {
    client.allFrames.compactMap { $0["params"] }.filter { $0["subscription"] == subscription }
  }
}

/// Holds the work of streams back, as a busy machine does.
private final class LateStreams: ConnectionHandler {
  let gate = Gate()
  private let handler: any ConnectionHandler

  init(_ handler: any ConnectionHandler) { self.handler = handler }

  func receive(_ request: IncomingRequest, on connection: Connection, output: inout JSONWriter) -> Disposition {
    let disposition = handler.receive(request, on: connection, output: &output)
    guard request.method == "stream", case .later(let policy, let work) = disposition else { return disposition }
    return .later(policy) { [gate] in
      try await gate.pass()
      return try await work()
    }
  }

  func receive(_ notification: IncomingNotification, on connection: Connection) {
    handler.receive(notification, on: connection)
  }

  func answered(_ id: RequestID, on connection: Connection) { handler.answered(id, on: connection) }
  func inputEnded(on connection: Connection) { handler.inputEnded(on: connection) }
}
