import SCRProtocol
import SCRRuntime
import Testing

struct TaskReasonTests {
  @Test func `a reason is read as it was written, and what it lacks is left out`() {
    let full = TaskReason(.timeout, "late", stepID: "a", hint: "hurry")
    #expect(full.json == ["kind": "timeout", "message": "late", "stepId": "a", "hint": "hurry"])
    #expect(TaskReason(json: full.json) == full)
    let bare = TaskReason(kind: TaskReason.stepFailed, message: "m")
    #expect(bare.json == ["kind": "step_failed", "message": "m"])
    #expect(TaskReason(json: bare.json) == bare)
    #expect(TaskReason(json: ["kind": "timeout"]) == nil)
    #expect(TaskReason(json: "timeout") == nil)
  }
}
