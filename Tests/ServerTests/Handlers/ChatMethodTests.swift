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
