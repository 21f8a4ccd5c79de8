import Glibc
import SCRConnection
import SCRProtocol
import SCRTestSupport
import Testing

@Suite("scr chat, and chat of scr serve, with a model behind HTTP", .timeLimit(.minutes(2)))
struct ChatTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  /// A model that says one line, waits for the gate, and says another; without a gate, for the end of the connection.
  private static func model(_ gate: Monitor<Bool>?) throws -> TestHTTPServer {
    try TestHTTPServer { _, connection in
      connection.begin()
      connection.chunk(piece("One line.\\n"))
      guard let gate else { return connection.waitForEnd() }
      gate.waitFor { $0 ? () : nil }
      connection.chunk(piece("Another."))
      connection.chunk(
        "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":500}}\n\ndata: [DONE]\n\n"
      )
      connection.end()
    }
  }

  private static func piece(_ text: String) -> String {
    "data: {\"id\":\"r\",\"model\":\"m-1\",\"choices\":[{\"delta\":{\"content\":\"\(text)\"}}]}\n\n"
  }

  private func configure(_ server: TestHTTPServer) throws -> [String] {
    try place.write(
      "scr.test.yaml",
      """
      models:
        providers:
          local: { kind: openai, baseURL: "\(server.address)/v1", model: m, prices: [{ from: "2020-01-01", input: 2, output: 4 }] }
      """)
    return ["--config", "scr.test.yaml", "--state", place.state]
  }

  @Test("the text is there before the answer is; on a terminal stderr tells what it took")
  func streams() async throws {
    let gate = Monitor(false)
    let server = try Self.model(gate)
    let scr = try ScrProcess(["chat", "Say two lines."] + (try configure(server)), in: place, terminal: try Terminal())
    #expect(try await scr.line() == "One line.")
    gate.withLock { $0 = true }
    gate.signal()
    let end = await scr.finish()
    #expect(end.code == 0 && end.stdout == ["One line.", "Another."], "\(end)")
    #expect(end.stderr.contains("local/m-1: 1000 tokens in, 500 out, $0.004"), "\(end)")
    let usage = try await place.run(["models", "usage", "--json", "--config", "scr.test.yaml", "--state", place.state])
    #expect(usage.json["rows"]?.arrayValue?.first?["model"] == "m-1" && usage.json["total"]?["calls"] == 1)
  }

  @Test("Ctrl-C closes the connection to the provider; exit 130")
  func interrupted() async throws {
    let server = try Self.model(nil)
    let scr = try ScrProcess(["chat", "-"] + (try configure(server)), in: place)
    scr.send("Say two lines.")
    scr.closeInput()
    _ = await server.requests.values(1)
    scr.signal(SIGINT)
    let end = await scr.end()
    _ = await server.endings.values(1)
    #expect(end.code == 130)
    #expect(server.requests.all[0].text.contains("Say two lines."))
  }

  @Test("cancelling a chat of scr serve closes the connection to the provider, and it gets no answer")
  func cancelled() async throws {
    let server = try Self.model(nil)
    let scr = try ScrProcess(["serve"] + (try configure(server)), in: place)
    scr.send(
      #"{"jsonrpc":"2.0","id":1,"method":"chat","params":{"messages":[{"role":"user","content":"Say two lines."}]}}"#)
    let first = try await scr.frame { $0["params"]?["kind"] == "model.delta" }
    #expect(first["params"]?["data"]?["text"] == "One line.\n" && first["params"]?["subscription"] == 1)
    scr.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#)
    _ = await server.endings.values(1)
    scr.send(#"{"jsonrpc":"2.0","id":2,"method":"status"}"#)
    #expect(try await scr.answer(to: 2)["result"] != nil)
    let end = await scr.finish()
    #expect(end.code == 0 && !end.jsonLines.contains { $0["id"] == 1 })
  }

  @Test("a chat works beside a scr that owns the state directory, and is not counted then")
  func beside() async throws {
    let server = try Self.model(Monitor(true))
    let options = try configure(server)
    let owner = try ScrProcess(["serve"] + options, in: place)
    owner.send(#"{"jsonrpc":"2.0","id":1,"method":"status"}"#)
    _ = try await owner.answer(to: 1)
    let chat = try await place.run(["chat", "Go"] + options)
    #expect(chat.code == 0 && chat.stdout == ["One line.", "Another."], "\(chat)")
    owner.send(#"{"jsonrpc":"2.0","id":2,"method":"model_usage"}"#)
    #expect(try await owner.answer(to: 2)["result"]?["rows"] == [])
    #expect(await owner.finish().code == 0)
  }

  @Test("a run with this model is made again after it is gone")
  func cassette() async throws {
    let server = try Self.model(Monitor(true))
    try place.write(
      "plan.yaml",
      """
      steps:
        - { id: sum, tool: calculator, arguments: { expression: "2 + 2" } }
        - { id: tell, agent: writer, goal: "Tell of ${steps.sum.text}." }
      result: "${steps.tell.text}"
      """)
    let options = try configure(server)
    let first = try await place.run(["run", "--plan", "plan.yaml", "--record", "tape.json"] + options)
    #expect(first.code == 0 && first.stdout == ["One line.", "Another."], "\(first)")
    server.stop()
    let again = try await place.run(["run", "--replay", "tape.json", "--json"])
    #expect(again.code == 0 && again.json["result"] == "One line.\nAnother.", "\(again)")
    #expect(again.json["provenance"]?["agents"]?.arrayValue?.first?["models"] == ["local/m-1"])
    #expect(again.json["usage"]?["costUSD"] == 0.004 && server.requests.all.count == 1)
  }
}
