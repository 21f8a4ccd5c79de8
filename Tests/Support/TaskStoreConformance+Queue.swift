import SCRProtocol
import SCRRuntime

extension TaskStoreConformance {
  private static func task(
    _ id: String, in root: String, priority: TaskPriority = .normal, created: Int64 = 0
  ) -> AgentTask {
    var task = task(id, priority: priority, created: created)
    task.workspaceRoot = root
    return task
  }

  private static func task(_ id: String, state: TaskState = .queued, deadline: Int64) -> AgentTask {
    var task = task(id, state: state)
    task.deadline = moment(deadline)
    return task
  }

  static let queue: [Check] = [
    Check("claimable tasks come by priority, then age, then order of arrival") { store in
      try await store.commit(
        .insertTask(task("low", priority: .low, created: 1)), .insertTask(task("young", created: 30)),
        .insertTask(task("old", created: 20)), .insertTask(task("same age", created: 20)),
        .insertTask(task("urgent", priority: .high, created: 40)), .insertTask(task("busy", state: .running)),
        .insertTask(task("later", state: .scheduled)))
      try same(
        await store.claimable(limit: 10).map(\.id.text), ["urgent", "old", "same age", "young", "low"])
      try same(await store.claimable(limit: 2).map(\.id.text), ["urgent", "old"])
      try same(await store.claimable(limit: 0), [])
      try same(await store.claimable(limit: -1), [])
    },
    Check("claimable tasks of one folder are not hidden by those of others") { store in
      for number in 0..<20 { try await store.commit(.insertTask(task("b\(number)", in: "/b", priority: .high))) }
      try await store.commit(
        .insertTask(task("young", in: "/a", created: 9)), .insertTask(task("old", in: "/a", created: 1)),
        .insertTask(task("of none")))
      try same(await store.claimable(workspaceRoot: "/a", limit: 10).map(\.id.text), ["old", "young"])
      try same(await store.claimable(workspaceRoot: "/a", limit: 1).map(\.id.text), ["old"])
      try same(await store.claimable(workspaceRoot: "/b", limit: 100).count, 20)
      try same(await store.claimable(workspaceRoot: "/c", limit: 10), [])
    },
    Check("the queue is read in pages, each after the last task of the one before, even if that was claimed") { store in
      let tasks = [
        task("urgent", in: "/a", priority: .high, created: 50), task("first", in: "/a", created: 7),
        task("same age", in: "/a", created: 7), task("younger", in: "/a", created: 8),
        task("low", in: "/a", priority: .low, created: 1),
      ]
      for task in tasks { try await store.commit(.insertTask(task)) }
      for root in ["/a", nil] {
        var seen: [String] = []
        var after: ClaimQuery.Place?
        while let next = try await store.claimable(workspaceRoot: root, after: after, limit: 1).first {
          seen.append(next.id.text)
          after = ClaimQuery.Place(of: next)
        }
        try same(seen, tasks.map(\.id.text))
      }
      _ = try await store.commit(claim(tasks[1], for: Incarnation("run_1")))
      let rest = try await store.claimable(workspaceRoot: "/a", after: ClaimQuery.Place(of: tasks[1]), limit: 10)
      try same(rest.map(\.id.text), ["same age", "younger", "low"])
    },
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
        .updateTask(task("early", state: .running, deadline: 10)), .updateTask(task("also early")))
      try same(await store.nearestDeadline(), moment(20))
    },
  ]
}
