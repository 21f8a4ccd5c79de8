import SCRProtocol
import SCRTestSupport
import Testing

/// The fixture `conformance-client` as a process against each scenario that the official suite has over stdio. The other
/// side is ours; what is looked at is what the suite looks at, and every message is held against the revision's schema.
@Suite(.timeLimit(.minutes(3))) struct ConformanceClientTests {
  /// Runs the client to its end.
  /// - Returns: what it sent.
  private func play(_ scenario: String, _ revision: ProtocolRevision, _ flags: String...) async throws -> [JSONValue] {
    let record = "/tmp/scr-conformance-\(UInt64.random(in: 0...UInt64.max))"
    try await TestProgram.run(
      [
        "env", "MCP_CONFORMANCE_SCENARIO=\(scenario)", "MCP_CONFORMANCE_PROTOCOL_VERSION=\(revision.rawValue)",
        Fixture.path("conformance-client"), Fixture.path("fake-mcp-server"), "--scenario", scenario, "--record", record,
      ] + flags)
    defer { try? TestFile.remove(record) }
    let sent = try TestFile.lines(record).map { try JSONParser.parse($0) }
    let (legacy, modern) = (try WireSchema(.november2025), try WireSchema(.july2026))
    for message in sent {
      // The probe goes to servers of either era.
      let isModern = revision.isModern || message["method"] == "server/discover"
      #expect(try (isModern ? modern : legacy).faults(of: message) == [])
    }
    return sent
  }

  private func calls(_ sent: [JSONValue], _ tool: String? = nil) -> [JSONValue] {
    sent.filter { $0["method"] == "tools/call" && (tool == nil || $0["params"]?["name"]?.stringValue == tool) }
  }

  private static let legacy = ["--legacy", "--revision", "2025-11-25"]

  @Test func `initialize`() async throws {
    let sent = try await play("initialize", .november2025, "--legacy", "--revision", "2025-11-25")
    #expect(sent.map { $0["method"] } == ["server/discover", "initialize", "notifications/initialized", "tools/list"])
    let params = sent[1]["params"]
    #expect(params?["protocolVersion"] == "2025-11-25")
    #expect(params?["clientInfo"] == ["name": "scr-conformance-client", "version": "1"])
  }

  @Test(arguments: [[], Self.legacy])
  func `tools_call: the arguments are numbers`(_ flags: [String]) async throws {
    let sent =
      flags.isEmpty
      ? try await play("tools_call", .july2026)
      : try await play("tools_call", .november2025, flags[0], flags[1], flags[2])
    #expect(calls(sent).map { $0["params"]?["arguments"] } == [["a": 5, "b": 3]])
  }

  @Test func `elicitation-sep1034-client-defaults: each default comes back, of its type`() async throws {
    let sent = try await play(
      "elicitation-sep1034-client-defaults", .november2025, "--legacy", "--revision", "2025-11-25")
    let answer = sent.first { $0["id"] == "q1" && $0["method"] == nil }
    #expect(
      answer?["result"] == [
        "action": "accept",
        "content": ["name": "John Doe", "age": 30, "score": 95.5, "status": "active", "verified": true],
      ])
    #expect(try WireSchema(.july2026).faults(of: ["action": "accept"], as: "ElicitResult") == [])
  }

  @Test func `request-metadata: every request says who it is from, and a listed version is tried again`() async throws {
    let sent = try await play("request-metadata", .july2026, "--refuse-first")
    #expect(
      sent.map { $0["method"] } == ["server/discover", "server/discover", "tools/list", "tools/list"])
    for message in sent {
      let meta = message["params"]?["_meta"]
      #expect(meta?["io.modelcontextprotocol/protocolVersion"] == "2026-07-28")
      #expect(meta?["io.modelcontextprotocol/clientInfo"]?["name"] == "scr-conformance-client")
      #expect(
        meta?["io.modelcontextprotocol/clientCapabilities"] == [
          "elicitation": ["form": [:], "url": [:]], "sampling": [:], "roots": [:],
        ])
    }
  }

  @Test func `sep-2322-client-request-state: the state goes back as it came, and nowhere else`() async throws {
    let sent = try await play("sep-2322-client-request-state", .july2026)
    let state = "eyJ4IjoiYcOkIn0=.\u{1F511} \"quoted\" \\ /\n"
    let confirmed: JSONValue = ["confirm": ["action": "accept", "content": ["confirmed": true]]]
    #expect(
      calls(sent).map { $0["params"]?["requestState"] } == [nil, .string(state), nil, nil, nil, nil])
    #expect(calls(sent).map { $0["params"]?["inputResponses"] } == [nil, confirmed, nil, nil, confirmed, nil])
    #expect(
      calls(sent).map { $0["params"]?["name"] } == [
        "test_mrtr_echo_state", "test_mrtr_echo_state", "test_mrtr_unrelated", "test_mrtr_no_state",
        "test_mrtr_no_state", "test_mrtr_no_result_type",
      ])
    #expect(Set(sent.compactMap { $0["id"] }).count == sent.count)
  }

  @Test func `json-schema-ref-no-deref: nobody fetches what a schema refers to`() async throws {
    let listener = try TestListener()
    let sent = try await play("json-schema-ref-no-deref", .july2026, "--port", "\(listener.port)")
    #expect(sent.map { $0["method"] } == ["server/discover", "tools/list"])
    #expect(!listener.hasVisitor)
  }

  @Test func `json-schema-2020-12-preservation: a schema comes back as it was listed`() async throws {
    let sent = try await play("json-schema-2020-12-preservation", .july2026)
    let schema = calls(sent, "json_schema_echo").first?["params"]?["arguments"]?["schema"]
    #expect(
      schema?.objectValue?.map(\.key) == [
        "$schema", "type", "$defs", "properties", "allOf", "if", "then", "else", "additionalProperties",
      ])
    #expect(schema?["$defs"]?["address"]?["$anchor"] == "addressDef")
    #expect(schema?["additionalProperties"] == false)
  }

  @Test func `a server that cannot be started is an exit with 1 and a reason`() async throws {
    let failure = await #expect(throws: TestProgram.Failure.self) {
      try await TestProgram.run([Fixture.path("conformance-client"), "no-such-server"])
    }
    #expect(failure?.code == 1)
    #expect(failure?.output.joined().contains("no-such-server") == true)
  }
}
