import SCRProtocol
import Testing

/// The judge of the other tests must be able to say no.
@Suite("The schema as a judge")
struct WireSchemaTests {
  @Test(
    "messages that break the revision are found",
    arguments: [
      (.july2026, "tools/list", ["jsonrpc": "2.0", "id": 1, "result": ["resultType": "complete", "tools": []]]),
      (
        .july2026, "tools/list",
        ["jsonrpc": "2.0", "id": 1, "result": ["tools": [], "ttlMs": 0, "cacheScope": "private"]]
      ),
      (.july2026, "tools/call", ["jsonrpc": "2.0", "id": 1, "method": "elicitation/create", "params": [:]]),
      (.july2026, "tasks/get", ["jsonrpc": "2.0", "id": 1, "result": ["resultType": "task", "taskId": "T"]]),
      (.november2025, "tools/call", ["jsonrpc": "2.0", "id": 1, "result": ["resultType": "complete", "content": []]]),
      (.november2025, "tools/call", ["jsonrpc": "2.0", "id": 1, "result": ["content": [["type": "made_up"]]]]),
      (.november2024, "tools/call", ["jsonrpc": "2.0", "id": 1, "result": ["content": [["type": "audio"]]]]),
      (.november2024, "made/up", ["jsonrpc": "2.0", "id": 1, "result": [:]]),
      (.march2025, nil, ["jsonrpc": "2.0", "id": 1, "method": "elicitation/create", "params": [:]]),
      (.march2025, "ping", ["jsonrpc": "2.0", "id": nil, "error": ["code": 1, "message": "x"]]),
    ] as [(ProtocolRevision, String?, JSONValue)])
  func faults(revision: ProtocolRevision, asked: String?, frame: JSONValue) throws {
    #expect(try WireRules(revision: revision).faults(frame, asked: asked) != [])
  }

  @Test("messages that keep it pass")
  func valid() throws {
    let list: JSONValue = [
      "jsonrpc": "2.0", "id": 1,
      "result": ["resultType": "complete", "tools": [], "ttlMs": 0, "cacheScope": "private"],
    ]
    #expect(try WireRules(revision: .july2026).faults(list, asked: "tools/list") == [])
  }
}
