import SCRProtocol
import SCRRuntime
import SCRTestSupport
import SCRTools
import Testing

/// What tool servers ask in the middle of calls, and who answers.
@Suite(.timeLimit(.minutes(3))) struct ServerQuestionTests {
  private struct Client: ClientInteraction {
    let methods: Set<InputRequest.Method>
    let asked = Signal<InputRequest>()

    func supports(_ request: InputRequest) -> Bool { methods.contains(request.method) }
    func answer(_ request: InputRequest) async throws -> JSONValue {
      asked.fire(request)
      return ["action": "accept", "content": ["go": true]]
    }
  }

  private static let form: JSONValue = [
    "method": "elicitation/create",
    "params": ["mode": "form", "message": "Go?", "requestedSchema": ["type": "object"]],
  ]
  private static let sampling: JSONValue = [
    "method": "sampling/createMessage",
    "params": [
      "systemPrompt": "Be brief", "maxTokens": 100_000,
      "messages": [["role": "user", "content": ["type": "text", "text": "Capital of France?"]]],
    ],
  ]

  private func rig(_ script: String? = nil) throws -> ServerRig {
    var rig = ServerRig()
    rig.host = ToolServerHost(
      roots: ["/home/a b"],
      sampler: try script.map {
        ScriptedProvider(name: "demo", script: try ModelScript(json: try JSONParser.parse($0)))
      })
    return rig
  }

  private func ask(
    _ rig: ServerRig, _ questions: [JSONValue], flags: [String] = [], allowsSampling: Bool = false,
    _ client: Client? = nil
  ) async throws -> ToolResult {
    var definition = rig.definition(["--quiet"] + flags)
    definition.allowsSampling = allowsSampling
    let source = rig.source(definition)
    let isLegacy = flags.contains("--legacy")
    let result = Signal<ToolResult>()
    try await rig.live(source) {
      await rig.reached(.ready)
      let keys = JSONObject(questions.enumerated().map { JSONField(key: "q\($0.offset)", value: $0.element) })
      result.fire(
        try await source.call(
          ToolCall(
            name: ToolName(server: "fake", tool: isLegacy ? "quiz" : "ask"),
            arguments: isLegacy
              ? ["requests": .array(questions)] : ["rounds": [["inputRequests": .object(keys)]]],
            context: ToolContext(interaction: client))))
    }
    return result.all[0]
  }

  private func answers(_ result: ToolResult) -> JSONValue? {
    result.structuredContent?["received"]?.arrayValue?.last?["inputResponses"]
  }

  @Test func `whoever had the tool called is asked`() async throws {
    let client = Client(methods: [.elicit])
    let result = try await ask(rig(), [Self.form], client)
    #expect(answers(result) == ["q0": ["action": "accept", "content": ["go": true]]])
    #expect(client.asked.all.map(\.method) == [.elicit])
    #expect(client.asked.all[0].params["message"] == "Go?")
  }

  @Test(arguments: [[], ["--legacy"]])
  func `the runtime tells its folders itself`(_ flags: [String]) async throws {
    let result = try await ask(rig(), [["method": "roots/list"]], flags: flags)
    let roots: JSONValue = ["roots": [["uri": "file:///home/a%20b", "name": "a b"]]]
    #expect(
      flags.isEmpty ? answers(result) == ["q0": roots] : result.structuredContent == ["answers": [["result": roots]]])
  }

  @Test func `a call that nobody can be asked for fails, and says what was wanted`() async throws {
    let error = await #expect(throws: ToolError.self) { _ = try await ask(rig(), [Self.form]) }
    #expect(error?.kind == .inputRequired)
    #expect(error?.isRetryable == false)
    #expect(error?.message == "fake asked for elicitation/create (Go?) during ask, and nobody here can answer that")
  }

  @Test func `the model answers a server whose entry allows it, within our limit`() async throws {
    let rig = try rig(#"{"turns": [{"role": "sampling", "match": "Capital", "text": "Paris"}]}"#)
    let result = try await ask(rig, [Self.sampling], allowsSampling: true)
    let answer = answers(result)?["q0"]
    #expect(answer?["role"] == "assistant")
    #expect(answer?["content"] == ["type": "text", "text": "Paris"])
    #expect(answer?["stopReason"] == "endTurn")
  }

  @Test func `a server whose entry does not allow it is refused the model, with the reason`() async throws {
    let rig = try rig(#"{"turns": [{"role": "sampling", "text": "Paris"}]}"#)
    let error = await #expect(throws: ToolError.self) { _ = try await ask(rig, [Self.sampling]) }
    #expect(
      error?.message
        == "fake asked for sampling/createMessage during ask, and it may not use the model: "
        + "mcp.servers.fake.sampling is not true")
    let legacy = try await ask(try self.rig("{\"turns\": []}"), [Self.sampling], flags: ["--legacy"])
    #expect(
      legacy.structuredContent?["answers"]?.arrayValue?.first?["error"]?["message"]
        == "sampling/createMessage is not answered: it may not use the model: mcp.servers.fake.sampling is not true")
  }

  @Test func `the trace goes on at the server`() async throws {
    let rig = try rig()
    let source = rig.source(rig.definition(["--quiet"]))
    let trace = "0af7651916cd43dd8448eb211c80319c"
    try await rig.live(source) {
      await rig.reached(.ready)
      let echo = try await source.call(
        ToolCall(
          name: ToolName(server: "fake", tool: "echo"), arguments: [:], context: ToolContext(traceID: trace)))
      let parent = echo.structuredContent?["meta"]?["traceparent"]?.stringValue?.split(separator: "-").map(String.init)
      #expect(parent?.count == 4 && parent?[0] == "00" && parent?[1] == trace && parent?[3] == "01")
      #expect(parent?[2].utf8.count == 16)
      let odd = try await source.call(
        ToolCall(name: ToolName(server: "fake", tool: "echo"), arguments: [:], context: ToolContext(traceID: "mine")))
      #expect(odd.structuredContent?["meta"]?["traceparent"] == nil)
    }
  }
}
