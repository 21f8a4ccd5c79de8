import SCRProtocol
import SCRRuntime

extension TaskStoreConformance {
  private static func placed(
    _ id: String, in root: String = "/a", class taskClass: String = "default", priority: TaskPriority = .normal,
    key: String = "", size: Int = 1, state: TaskState = .queued
  ) -> AgentTask {
    var task = task(id, state: state, priority: priority)
    (task.workspaceRoot, task.taskClass, task.fairnessKey, task.size) = (root, taskClass, key, size)
    return task
  }

  private static let plain = QueueLane(taskClass: "default", priority: .normal, fairnessKey: "")

  static let queue: [Check] = [
    Check("lanes count what is queued in a folder, by class, priority and key") { store in
      try same(await store.lanes(in: "/a", after: nil, limit: 9), [])
      try same(await store.queueTotals(of: .queued), [])
      for task in [
        placed("one", size: 10), placed("two", size: 20), placed("urgent", priority: .high, size: 5),
        placed("batch", class: "batch", size: 7), placed("tenant", key: "t", size: 9), placed("other", in: "/b"),
        placed("busy", state: .running), placed("later", state: .scheduled),
      ] { try await store.commit(.insertTask(task)) }
      let lanes = [
        LaneSummary(
          lane: QueueLane(taskClass: "batch", priority: .normal, fairnessKey: ""), count: 1, bytes: 7, oldest: start),
        LaneSummary(
          lane: QueueLane(taskClass: "default", priority: .high, fairnessKey: ""), count: 1, bytes: 5, oldest: start),
        LaneSummary(lane: plain, count: 2, bytes: 30, oldest: start),
        LaneSummary(
          lane: QueueLane(taskClass: "default", priority: .normal, fairnessKey: "t"), count: 1, bytes: 9,
          oldest: start),
      ]
      try same(await store.lanes(in: "/a", after: nil, limit: 9), lanes)
      var pages: [[LaneSummary]] = []
      while let page = try? await store.lanes(in: "/a", after: pages.last?.last?.lane, limit: 3), !page.isEmpty {
        pages.append(page)
      }
      try same(pages, [Array(lanes[..<3]), Array(lanes[3...])])
      for limit in [0, -1] { try same(await store.lanes(in: "/a", after: nil, limit: limit), []) }
      try same(
        Set(await store.queueTotals(of: .queued)),
        [
          QueueTotal(taskClass: "batch", priority: .normal, count: 1, bytes: 7, oldest: start),
          QueueTotal(taskClass: "default", priority: .high, count: 1, bytes: 5, oldest: start),
          QueueTotal(taskClass: "default", priority: .normal, count: 4, bytes: 40, oldest: start),
        ])
    },
    Check("the oldest of a lane and of the totals is the first that arrived") { store in
      var late = placed("late")
      late.createdAt = moment(5)
      for task in [late, placed("early")] { try await store.commit(.insertTask(task)) }
      try same(await store.lanes(in: "/a", after: nil, limit: 1).map(\.oldest), [moment(5)])
      try same(await store.queueTotals(of: .queued).map(\.oldest), [moment(5)])
    },
    Check("a lane is read in the order of arrival, page by page, and tells what a claim needs") { store in
      var full = placed("first", size: 12)
      (full.serverNames, full.serversDigest, full.epoch) = (["filesystem"], "abab", 3)
      try await store.commit(.insertTask(full))
      for task in [placed("second"), placed("hidden", in: "/b"), placed("third"), placed("urgent", priority: .high)] {
        try await store.commit(.insertTask(task))
      }
      func page(after: Int64, limit: Int) -> ClaimQuery {
        ClaimQuery(workspaceRoot: "/a", lane: plain, after: after, limit: limit)
      }
      let first = try await store.claimable(page(after: 0, limit: 2))
      try same(first.map(\.id.text), ["first", "second"])
      try same(
        first[0],
        QueuedTask(
          id: full.id, number: first[0].number, createdAt: full.createdAt, size: 12, serverNames: ["filesystem"],
          serversDigest: "abab", epoch: 3))
      try same(await store.number(of: TaskID("second")), first[1].number)
      try same(await store.number(of: TaskID("nobody")), nil)
      // Even if the last of a page was claimed meanwhile.
      _ = try await store.commit(claim(placed("second"), for: Incarnation("run_1")))
      try same(await store.claimable(page(after: first[1].number, limit: 2)).map(\.id.text), ["third"])
      for limit in [0, -1] { try same(await store.claimable(page(after: 0, limit: limit)), []) }
    },
    Check("the rank in a lane counts what arrived before and still waits") { store in
      for id in ["a", "b", "c", "d"] { try await store.commit(.insertTask(placed(id))) }
      let last = try await store.number(of: TaskID("d")) ?? 0
      try same(await store.queuedBefore(last, in: plain, of: "/a"), 3)
      _ = try await store.commit(claim(placed("b"), for: Incarnation("run_1")))
      try same(await store.queuedBefore(last, in: plain, of: "/a"), 2)
      try same(await store.queuedBefore(last, in: plain, of: "/b"), 0)
    },
    Check("a claim counts the epoch and leaves everything else as it was") { store in
      var task = fullTask("a")
      (task.state, task.lease) = (.queued, nil)
      try await store.commit(.insertTask(task))
      _ = try await store.commit(claim(task, for: Incarnation("run_1")))
      (task.state, task.epoch, task.updatedAt) = (.running, 8, start)
      task.lease = TaskLease(owner: Incarnation("run_1"), until: moment(30_000))
      try same(await store.task(task.id), task)
    },
    Check("a task that goes back into the queue is as old as before") { store in
      for id in ["a", "b"] { try await store.commit(.insertTask(placed(id))) }
      _ = try await store.commit(claim(placed("a"), for: Incarnation("run_1")))
      try await store.commit(.updateTask(placed("a")))
      try same(
        await store.claimable(ClaimQuery(workspaceRoot: "/a", lane: plain, limit: 9)).map(\.id.text), ["a", "b"])
    },
  ]
}
