import SCRConnection
import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Synchronization
import Testing

@Suite("chat", .timeLimit(.minutes(1)))
struct ChatMethodTests {
  private static let hello =
    #"{"jsonrpc":"2.0","id":1,"method":"chat","params":{"messages":[{"role":"user","content":"Hello"}]}}"#

  private static func send(_ line: String, to connection: Connection) {
    Array("\(line)\n".utf8).withUnsafeBytes { connection.receive($0) }
  }

  @Test("pieces come one after the other without a gap, then the whole answer; nothing of it is an event of the store")
  func order() async throws {
    try await ServerFixture.serve(models: try ScriptedChat.models()) { fixture in
      let newest = fixture.runtime.newestEvent
      fixture.client.send(Self.hello)
      let answer = await fixture.answer(1)
      let pieces = fixture.client.allFrames.filter { $0["method"] == "event" }.compactMap { $0["params"] }
      #expect(pieces.compactMap { $0["part"]?.integerValue } == Array(1...5))
      #expect(pieces.allSatisfy { $0["subscription"] == 1 && ($0["after"]?.integerValue ?? -1) >= newest })
      #expect(pieces.compactMap { $0["data"]?["text"]?.stringValue }.joined() == "Hello to you.")
      #expect(answer["result"]?["message"] == ["role": "assistant", "content": "Hello to you."])
      #expect(answer["result"]?["dropped"] == 0)
      let stored = try await fixture.runtime.events(since: 0, taskID: nil, limit: 500)
      #expect(!stored.contains { $0.kind.rawValue.hasPrefix("model.") })
    }
  }

  @Test("a client that does not read loses pieces of text, and is told how many; it gets everything else")
  func slow() async throws {
    try await ServerFixture.serve(models: try ScriptedChat.models()) { fixture in
      let sink = FullSink()
      let connection = Connection(handler: ServerFixture.handler(fixture.runtime, fixture.clock), sink: sink)
      Self.send(Self.hello, to: connection)
      connection.endOfInput()
      await connection.drained()
      let frames = sink.frames.all
      #expect(frames.compactMap { $0["params"]?["kind"] } == ["model.started", "model.finished"])
      #expect(frames.compactMap { $0["params"]?["part"] } == [1, 5])
      #expect(frames.last?["result"]?["dropped"] == 3)
      #expect(frames.last?["result"]?["message"]?["content"] == "Hello to you.")
    }
  }

  @Test("cancelling it, in either way, ends the request to the model and gets no answer", arguments: [true, false])
  func cancel(inMCP: Bool) async throws {
    let model = HangingModel()
    try await ServerFixture.serve(models: ModelRegistry([model])) { fixture in
      fixture.client.send(Self.hello)
      _ = await model.began.values(1)
      fixture.client.send(
        inMCP
          ? #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#
          : #"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}"#)
      _ = await model.ended.values(1)
      let status = await fixture.ask("status", id: 2)
      #expect(status["result"] != nil && !fixture.client.allFrames.contains { $0["id"] == 1 })
    }
  }

  private static func models(_ script: JSONValue) throws -> ModelRegistry {
    let provider = ScriptedProvider(name: "demo", script: try ModelScript(json: script), clock: ManualClock())
    return ModelRegistry([
      ModelGateway(ModelGateway.Line(provider, maxConcurrent: 1), traffic: ModelTraffic(clock: ManualClock()))
    ])
  }

  private static func ask(_ content: String, _ more: JSONObject) -> JSONValue {
    var params: JSONObject = ["messages": [["role": "user", "content": .string(content)]]]
    for field in more { params[field.key] = field.value }
    return .object(params)
  }

  @Test("an answer that must be JSON by a schema is asked for again until it is, and counts as one")
  func output() async throws {
    let models = try Self.models([
      ["role": "chat", "text": "Seven, I think.", "usage": ["inputTokens": 1, "outputTokens": 2]],
      ["role": "chat", "text": "{\"n\": \"7\"}", "usage": ["inputTokens": 1, "outputTokens": 2]],
      ["role": "chat", "text": "```json\n{\"n\": 7}\n```", "usage": ["inputTokens": 1, "outputTokens": 2]],
    ])
    try await ServerFixture.serve(models: models) { fixture in
      let schema: JSONValue = ["type": "object", "properties": ["n": ["type": "integer"]], "required": ["n"]]
      let answer = await fixture.ask("chat", Self.ask("How many?", ["output": schema]), id: 1)
      #expect(answer["result"]?["message"] == ["role": "assistant", "content": "{\"n\": 7}"])
      #expect(answer["result"]?["usage"] == ["inputTokens": 3, "outputTokens": 6] && answer["result"]?["turns"] == 1)
      let refused = await fixture.ask("chat", Self.ask("How many?", ["output": ["type": "colour"]]), id: 2)
      #expect(refused["error"]?["data"]?["path"] == "params.output" && refused["error"]?["code"] == -32602)
    }
  }

  @Test(
    "an equal request is answered from before where it asks for the same answer each time, or says so, and costs nothing",
    arguments: [
      (["seed": 1], true), (["temperature": 0], true), (["cache": "always"], true), ([:], false),
      (["seed": 1, "cache": "never"], false),
    ] as [(JSONObject, Bool)])
  func cache(more: JSONObject, isCached: Bool) async throws {
    let models = try Self.models([
      ["role": "chat", "text": "One.", "usage": ["inputTokens": 1, "outputTokens": 2]],
      ["role": "chat", "text": "Two.", "usage": ["inputTokens": 1, "outputTokens": 2]],
    ])
    try await ServerFixture.serve(models: models) { fixture in
      let first = await fixture.ask("chat", Self.ask("Count.", more), id: 1)
      let second = await fixture.ask("chat", Self.ask("Count.", more), id: 2)
      #expect(first["result"]?["message"]?["content"] == "One." && first["result"]?["cached"] == nil)
      #expect(second["result"]?["message"]?["content"] == (isCached ? "One." : "Two."))
      #expect(second["result"]?["cached"] == (isCached ? true : nil))
      let rows = await fixture.ask("model_usage", [:], id: 3)["result"]?["total"]
      #expect(rows?["calls"] == (isCached ? 1 : 2) && rows?["cached"] == (isCached ? 1 : 0))
    }
  }

  @Test("what models took is told by day and role")
  func usage() async throws {
    try await ServerFixture.serve(models: try ScriptedChat.models()) { fixture in
      fixture.client.send(Self.hello)
      _ = await fixture.answer(1)
      let day = fixture.runtime.now.day
      let row: JSONObject = [
        "calls": 1, "failures": 0, "cached": 0, "usage": ["inputTokens": 9, "outputTokens": 3],
      ]
      var told = row
      told["day"] = .string(day)
      told["role"] = "chat"
      let answer = await fixture.ask("model_usage", ["days": 1, "by": ["day", "role"]], id: 2)
      #expect(answer["result"]?["rows"]?.arrayValue?.count == 1)
      #expect(answer["result"]?["rows"]?.arrayValue?.first?.isEqualJSON(to: .object(told)) == true)
      #expect(answer["result"]?["total"] == .object(row) && answer["result"]?["since"] == .string(day))
    }
  }
}

/// A peer that has no room for anything that may be left out.
private final class FullSink: FrameSink {
  let frames = Signal<JSONValue>()
  var hasRoom: Bool { false }

  func send(_ bytes: [UInt8], inline: Bool) -> Bool {
    for line in bytes.split(separator: 0x0A) { frames.fire(JSONValue(json: String(decoding: line, as: UTF8.self))) }
    return true
  }

  func flush() {}
  func waitForRoom() async {}
}

/// Never answers.
private final class HangingModel: ModelProvider {
  let profile = ModelProfile(name: "hanging", kind: "scripted", model: "m")
  let began = Signal<Void>()
  let ended = Signal<Void>()

  func generate(
    _ request: ModelRequest, onEvent: @Sendable (ModelEvent) async throws -> Void
  ) async throws {
    began.fire()
    _ = await OneShot<Void>().value()
    ended.fire()
    throw CancellationError()
  }
}
