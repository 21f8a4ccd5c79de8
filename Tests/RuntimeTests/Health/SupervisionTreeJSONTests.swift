import SCRProtocol
import Testing

@testable import SCRRuntime

@Suite("The tree as JSON") struct SupervisionTreeJSONTests {
  private static let now = Timestamp(milliseconds: 1_700_000_000_000)

  @Test func `supervisors tell their headroom, attempts their task, and who is stuck why`() {
    var attempt = SupervisionTree(
      id: "task_1/s#2", label: "fake.hold", kind: .worker, state: .stuck(.silent), startedAt: Self.now)
    attempt.lastBeat = Self.now
    var workers = SupervisionTree(id: "workers", kind: .supervisor, state: .running)
    workers.strategy = .dynamic
    workers.headroom = 3
    workers.children = [attempt, SupervisionTree(id: "task_1/t#1", kind: .worker, state: .running)]
    #expect(
      workers.json(limit: 1) == [
        "id": "workers", "kind": "supervisor", "state": "running", "restarts": 0, "strategy": "dynamic", "headroom": 3,
        "children": [
          [
            "id": "task_1/s#2", "label": "fake.hold", "kind": "worker", "state": "stuck", "cause": "silent",
            "startedAt": "2023-11-14T22:13:20.000Z", "lastBeat": "2023-11-14T22:13:20.000Z", "restarts": 0,
            "taskId": "task_1", "stepId": "s",
          ]
        ], "more": 1,
      ])
    #expect(workers.json(withBeats: false)["children"]?.arrayValue?.first?["lastBeat"] == nil)
  }

  @Test func `a child in its pause tells until when, and why`() {
    var history = RestartHistory()
    history.add(.error("disk full\nat line 3"), at: Self.now)
    var child = SupervisionTree(id: "memory", kind: .worker, state: .restarting(until: Self.now))
    child.restarts = history.count
    child.history = history.entries
    #expect(
      child.json() == [
        "id": "memory", "kind": "worker", "state": "restarting", "until": "2023-11-14T22:13:20.000Z", "restarts": 1,
        "history": [["at": "2023-11-14T22:13:20.000Z", "reason": "disk full"]],
      ])
  }

  @Test(
    arguments: [
      ("runners", "task_1", TaskID("task_1"), nil, nil), ("workers", "task_1/s#2", TaskID("task_1"), "s", 2),
      ("workers", "odd", nil, nil, nil), ("runtime", "task_1", nil, nil, nil),
    ] as [(String, String, TaskID?, String?, Int?)])
  func `a child's name tells its work`(
    supervisor: String, child: String, taskID: TaskID?, stepID: String?, attempt: Int?
  ) {
    let name = WorkName(supervisor: supervisor, child: child)
    #expect(name.taskID == taskID)
    #expect(name.stepID == stepID)
    #expect(name.attempt == attempt)
  }
}
