import SCRProtocol
import SCRTestSupport
import Testing

/// The server under test of the official suite, as the suite starts it: a process over stdio.
@Suite("The conformance server as a process", .timeLimit(.minutes(1)))
struct ConformanceServerTests {
  private static let meta =
    #""_meta":{"progressToken":"p","io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{},"sampling":{},"roots":{}}}"#

  private static func request(_ id: Int, _ method: String, _ params: String = "") -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":{\#(params.isEmpty ? "" : params + ",")\#(meta)}}"#
  }

  @Test("it speaks both eras on one pipe, keeps a call while its client is away, and ends in order with its input")
  func conversation() async throws {
    let place = try TestPlace()
    let server = try ScrProcess([], in: place, program: place.conformanceServerPath)
    server.send(Self.request(1, "server/discover"))
    #expect(try await server.next()["result"]?["supportedVersions"] == ["2026-07-28"])

    server.send(Self.request(2, "tools/call", #""name":"test_tool_with_progress""#))
    for step: JSONValue in [0, 50, 100] { #expect(try await server.next()["params"]?["progress"] == step) }
    #expect(try await server.next()["id"] == 2)

    let name = #""name":"test_input_required_result_multi_round""#
    server.send(Self.request(3, "tools/call", name))
    let first = try await server.next()["result"]
    #expect(first?["resultType"] == "input_required")
    let state = try #require(first?["requestState"]).jsonText
    server.send(
      Self.request(
        4, "tools/call",
        #"\#(name),"requestState":\#(state),"inputResponses":{"step1":{"action":"accept","content":{"name":"Ann"}}}"#))
    #expect(try await server.next()["result"]?["inputRequests"]?["step2"] != nil)

    server.send(Self.request(5, "subscriptions/listen", #""notifications":{"toolsListChanged":true}"#))
    #expect(try await server.next()["method"] == "notifications/subscriptions/acknowledged")
    server.send(Self.request(6, "tools/call", #""name":"test_trigger_tool_change""#))
    let two = [try await server.next(), try await server.next()]
    #expect(two.contains { $0["method"] == "notifications/tools/list_changed" })
    #expect(two.contains { $0["id"] == 6 })

    server.send(
      #"{"jsonrpc":"2.0","id":7,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"elicitation":{}},"clientInfo":{"name":"t","version":"1"}}}"#
    )
    #expect(try await server.next()["result"]?["protocolVersion"] == "2025-11-25")
    server.send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
    server.send(
      #"{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":"test_elicitation","arguments":{"message":"Who?"}}}"#
    )
    let question = try await server.next()
    #expect(question["method"] == "elicitation/create")
    let answer: JSONValue = ["jsonrpc": "2.0", "id": question["id"] ?? 0, "result": ["action": "decline"]]
    server.send(answer.jsonText)
    #expect(try await server.next()["id"] == 8)

    server.closeInput()
    let end = await server.finish()
    #expect(end.code == 0)
    #expect(end.stderr == "")
    #expect(end.jsonLines.suffix(2).map { $0["method"] ?? $0["id"] } == [5, "notifications/cancelled"])
  }
}
