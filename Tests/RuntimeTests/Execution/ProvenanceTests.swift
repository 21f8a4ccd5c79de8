import SCRProtocol
import SCRRuntime
import Testing

struct ProvenanceTests {
  private static func record(
    _ id: String, _ tool: ToolName?, attempt: Int = 1, from begin: Int64? = 0, to end: Int64? = 0
  ) -> StepRecord {
    StepRecord(
      taskID: TaskID("t"), stepID: id, attempt: attempt,
      intent: tool.map { StepIntent(tool: $0, arguments: [:], idempotencyKey: "k", effect: .unknown) },
      startedAt: begin.map { Timestamp(milliseconds: $0) }, endedAt: end.map { Timestamp(milliseconds: $0) })
  }

  @Test func `every call stands with its server, its attempts and its time; every server stands once`() {
    let records = [
      Self.record("a", ToolName(server: "z", tool: "read"), from: 10, to: 30),
      Self.record("b", ToolName(tool: "calculator"), attempt: 2, from: 30, to: 31),
      Self.record("c", nil), Self.record("d", ToolName(server: "b", tool: "x.y"), to: nil),
      Self.record("e", ToolName(server: "z", tool: "write")),
    ]
    #expect(
      Provenance.json(of: records, since: Timestamp(milliseconds: 5), until: Timestamp(milliseconds: 50)) == [
        "tools": [
          ["stepId": "a", "source": "mcp", "server": "z", "tool": "read", "attempts": 1, "durationMs": 20],
          ["stepId": "b", "source": "native", "tool": "calculator", "attempts": 2, "durationMs": 1],
          ["stepId": "d", "source": "mcp", "server": "b", "tool": "x.y", "attempts": 1],
          ["stepId": "e", "source": "mcp", "server": "z", "tool": "write", "attempts": 1, "durationMs": 0],
        ], "servers": ["b", "z"], "durationMs": 45,
      ])
  }

  @Test func `no calls are no servers`() {
    let now = Timestamp(milliseconds: 1)
    #expect(Provenance.json(of: [], since: now, until: now) == ["tools": [], "servers": [], "durationMs": 0])
  }
}
