import SCRRuntime
import Testing

struct EventKindTests {
  @Test(arguments: [
    (TaskState.queued, "task.queued"), (.scheduled, "task.scheduled"), (.running, "task.started"),
    (.waiting, "task.waiting"), (.completed, "task.completed"), (.failed, "task.failed"),
    (.cancelled, "task.cancelled"), (.dead, "task.dead"),
  ])
  func `each state of a task has its event`(state: TaskState, kind: String) {
    #expect(EventKind.task(in: state).rawValue == kind)
  }
}
