import SCRProtocol
import SCRRuntime

extension TaskStoreConformance {
  private static func task(_ id: String, state: TaskState = .queued, deadline: Int64) -> AgentTask {
    var task = task(id, state: state)
    task.deadline = moment(deadline)
    return task
  }

  private static func scheduled(_ id: String, at: Int64) -> AgentTask {
    var task = task(id, state: .scheduled)
    task.runAt = moment(at)
    return task
  }

  private static func ended(_ id: String, _ state: TaskState, at: Int64?) -> AgentTask {
    var task = task(id, state: state)
    task.endedAt = at.map { moment($0) }
    return task
  }

  static let times: [Check] = [
    Check("deadlines count for tasks that nobody works on") { store in
      try same(await store.nearestDeadline(), nil)
      for (place, state) in TaskState.allCases.enumerated() {
        try await store.commit(.insertTask(task("\(state)", state: state, deadline: Int64(100 - place))))
      }
      try await store.commit(.insertTask(task("without")))
      let idle = TaskState.allCases.filter { [.queued, .scheduled, .waiting].contains($0) }.map(\.rawValue)
      let all = try await store.overdue(at: moment(100), limit: 10)
      try same(all.map(\.state.rawValue), idle.reversed())
      try same(await store.nearestDeadline(), all.first?.deadline)
    },
    Check("overdue tasks come with the earliest deadline first, up to the moment") { store in
      try await store.commit(
        .insertTask(task("late", deadline: 30)), .insertTask(task("early", deadline: 10)),
        .insertTask(task("also early", deadline: 10)), .insertTask(task("middle", deadline: 20)))
      try same(await store.nearestDeadline(), moment(10))
      try same(await store.overdue(at: moment(9), limit: 10), [])
      try same(await store.overdue(at: moment(20), limit: 10).map(\.id.text), ["early", "also early", "middle"])
      try same(await store.overdue(at: moment(99), limit: 1).map(\.id.text), ["early"])
      try same(await store.overdue(at: moment(99), limit: -1), [])
      try await store.commit(
        .updateTask(task("early", state: .running, deadline: 10)), .updateTask(task("also early", state: .failed)))
      try same(await store.nearestDeadline(), moment(20))
    },
    Check("scheduled tasks start in the order of their times, up to the moment") { store in
      try same(await store.nearestStart(), nil)
      for task in [
        scheduled("late", at: 30), scheduled("early", at: 10), scheduled("also early", at: 10), task("queued"),
      ] { try await store.commit(.insertTask(task)) }
      try same(await store.nearestStart(), moment(10))
      try same(await store.startable(at: moment(9), limit: 10), [])
      try same(await store.startable(at: moment(10), limit: 10).map(\.id.text), ["early", "also early"])
      try same(await store.startable(at: moment(99), limit: 1).map(\.id.text), ["early"])
      try same(await store.startable(at: moment(99), limit: -1), [])
      try await store.commit(.updateTask(task("early")), .updateTask(task("also early")))
      try same(await store.nearestStart(), moment(30))
    },
    Check("what has ended is told longest ended first, without children and without what goes on") { store in
      var child = ended("child", .completed, at: 1)
      child.parent = TaskParent(taskID: TaskID("young"), stepID: "one")
      for task in [
        ended("young", .completed, at: 30), ended("old", .failed, at: 10), ended("dead", .dead, at: 20), child,
        ended("running", .running, at: nil),
      ] { try await store.commit(.insertTask(task)) }
      let all = Set(TaskState.allCases)
      try same(await store.ended(before: moment(31), in: all, limit: 9).map(\.text), ["old", "dead", "young"])
      try same(await store.ended(before: moment(30), in: all, limit: 9).map(\.text), ["old", "dead"])
      try same(await store.ended(before: moment(31), in: [.completed, .dead], limit: 1).map(\.text), ["dead"])
      try same(await store.ended(before: moment(31), in: [], limit: 9), [])
      try same(await store.ended(before: moment(31), in: all, limit: -1), [])
    },
  ]
}
