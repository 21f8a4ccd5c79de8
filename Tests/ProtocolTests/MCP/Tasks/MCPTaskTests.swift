import SCRProtocol
import Testing

@Suite("Tasks on the wire")
struct MCPTaskTests {
  private static let task = MCPTask(
    id: "T", status: .working, statusMessage: "on it", createdAt: "2026-07-28T10:00:00Z",
    lastUpdatedAt: "2026-07-28T10:00:01Z", ttlMs: 5000, pollIntervalMs: 100)

  @Test("the extension's shape and the one of 2025-11-25")
  func shapes() {
    #expect(
      Self.task.summary == [
        "taskId": "T", "status": "working", "statusMessage": "on it", "createdAt": "2026-07-28T10:00:00Z",
        "lastUpdatedAt": "2026-07-28T10:00:01Z", "ttlMs": 5000, "pollIntervalMs": 100,
      ])
    #expect(
      Self.task.legacy == [
        "taskId": "T", "status": "working", "statusMessage": "on it", "createdAt": "2026-07-28T10:00:00Z",
        "lastUpdatedAt": "2026-07-28T10:00:01Z", "ttl": 5000, "pollInterval": 100,
      ])
    var endless = Self.task
    (endless.ttlMs, endless.pollIntervalMs, endless.statusMessage) = (nil, nil, nil)
    #expect(endless.summary["ttlMs"] == .null)
    #expect(endless.legacy.keys.sorted() == ["createdAt", "lastUpdatedAt", "status", "taskId", "ttl"])
  }

  @Test("only what belongs to the status stands in the detail, and a result that is an error failed before 2026")
  func detail() {
    var task = Self.task
    (task.result, task.error) = (["content": [], "isError": true], RPCError(code: 5, message: "e"))
    task.inputRequests = ["b": .roots, "a": .roots]
    #expect(task.detail == task.summary)
    task.status = .inputRequired
    #expect(task.detail["inputRequests"]?.objectValue?.fields.map(\.key) == ["a", "b"])
    task.status = .completed
    #expect(task.detail["result"] == ["content": [], "isError": true])
    #expect(task.detail["status"] == "completed")
    #expect(task.legacy["status"] == "failed")
    task.status = .failed
    #expect(task.detail["error"] == ["code": 5, "message": "e"])
    #expect(task.detail["result"] == nil)
  }

  @Test("either shape is read")
  func reading() {
    #expect(MCPTask(.object(Self.task.detail)) == Self.task)
    #expect(MCPTask(.object(Self.task.legacy)) == Self.task)
    #expect(MCPTask(["taskId": "T", "status": "other"]) == nil)
    #expect(MCPTask(["status": "working"]) == nil)
  }
}
