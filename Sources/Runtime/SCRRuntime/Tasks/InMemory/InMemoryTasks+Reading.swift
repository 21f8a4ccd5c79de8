extension InMemoryTasks {
  func task(_ id: TaskID) -> AgentTask? { numbers[id].flatMap { rows[$0] } }
  func steps(of id: TaskID) -> [StepRecord] { steps[id] ?? [] }
  func owner(of key: String) -> AgentTask? { owners[key].flatMap { task($0) } }

  func page(_ query: TaskQuery) throws(StoreError) -> TaskPage {
    var number = lastNumber
    if let text = query.cursor { number = min(number, try TaskCursor(text).number - 1) }
    var page = TaskPage(tasks: [])
    var last = number + 1
    while number > 0 {
      defer { number -= 1 }
      guard let task = rows[number], query.includes(task) else { continue }
      guard page.tasks.count < query.pageSize else {
        page.nextCursor = TaskCursor(number: last).text
        break
      }
      page.tasks.append(task)
      last = number
    }
    return page
  }

  // MARK: The queue

  func lanes(in workspaceRoot: String, after lane: QueueLane?, limit: Int) -> [LaneSummary] {
    let lanes = queue.lanes(in: workspaceRoot).filter { candidate in lane.map { $0 < candidate } ?? true }
    return lanes.sorted().prefix(max(limit, 0)).compactMap { lane in
      guard let waiting = queue[lane, in: workspaceRoot], let first = waiting.numbers.first else { return nil }
      return rows[first].map {
        LaneSummary(lane: lane, count: waiting.numbers.count, bytes: waiting.bytes, oldest: $0.createdAt)
      }
    }
  }

  func queueTotals(of state: TaskState) -> [QueueTotal] {
    var totals: [QueueLane: QueueTotal] = [:]
    for number in (byState[state] ?? []).sorted() {
      guard let task = rows[number] else { continue }
      let place = QueueLane(taskClass: task.taskClass, priority: task.priority, fairnessKey: "")
      let none = QueueTotal(
        taskClass: task.taskClass, priority: task.priority, count: 0, bytes: 0, oldest: task.createdAt)
      totals[place, default: none].count += 1
      totals[place, default: none].bytes += task.size
    }
    return Array(totals.values)
  }

  func claimable(_ query: ClaimQuery) -> [QueuedTask] {
    guard let waiting = queue[query.lane, in: query.workspaceRoot] else { return [] }
    return waiting.after(query.after).prefix(max(query.limit, 0))
      .compactMap { number in rows[number].map { QueuedTask($0, number: number) } }
  }

  func queuedBefore(_ number: Int64, in lane: QueueLane, of workspaceRoot: String) -> Int {
    guard let waiting = queue[lane, in: workspaceRoot] else { return 0 }
    return waiting.numbers.count - waiting.after(number - 1).count
  }

  // MARK: Time

  var nearestDeadline: Timestamp? { dated.compactMap { rows[$0]?.deadline }.min() }

  func overdue(at moment: Timestamp, limit: Int) -> [AgentTask] {
    earliest(dated, by: \.deadline, until: moment, limit: limit)
  }

  var nearestStart: Timestamp? { (byState[.scheduled] ?? []).compactMap { rows[$0]?.runAt }.min() }

  func startable(at moment: Timestamp, limit: Int) -> [AgentTask] {
    earliest(byState[.scheduled] ?? [], by: \.runAt, until: moment, limit: limit)
  }

  func ended(before moment: Timestamp, in states: Set<TaskState>, limit: Int) -> [TaskID] {
    let final = states.filter(\.isFinal).reduce(into: Set<Int64>()) { $0.formUnion(byState[$1] ?? []) }
    let roots = final.filter { rows[$0]?.parent == nil }
    let until = Timestamp(milliseconds: moment.milliseconds - 1)
    return earliest(roots, by: \.endedAt, until: until, limit: limit).map(\.id)
  }

  private func earliest(
    _ numbers: Set<Int64>, by time: KeyPath<AgentTask, Timestamp?>, until moment: Timestamp, limit: Int
  ) -> [AgentTask] {
    let due = numbers.compactMap { number in rows[number]?[keyPath: time].map { ($0, number) } }
    return due.filter { $0.0 <= moment }.sorted { $0 < $1 }.prefix(max(limit, 0)).compactMap { rows[$0.1] }
  }

  func abandoned(by incarnation: Incarnation) -> [AgentTask] {
    let claimed = (byState[.running] ?? []).union(byState[.waiting] ?? [])
    return claimed.sorted().compactMap { rows[$0] }.filter { $0.lease.map { $0.owner != incarnation } ?? false }
  }

  func unheeded(limit: Int) -> [AgentTask] {
    let idle = (byState[.queued] ?? []).union(byState[.scheduled] ?? []).union(byState[.waiting] ?? [])
    return Array(idle.filter { rows[$0]?.cancelRequested ?? false }.sorted().prefix(limit).compactMap { rows[$0] })
  }

  var counts: [TaskState: Int] { byState.mapValues(\.count).filter { $0.value > 0 } }
}

extension TaskQuery {
  func includes(_ task: AgentTask) -> Bool {
    (states?.contains(task.state) ?? true) && (taskClass.map { $0 == task.taskClass } ?? true)
      && (parent.map { $0 == task.parent?.taskID } ?? true)
  }
}

extension QueuedTask {
  init(_ task: AgentTask, number: Int64) {
    self.init(
      id: task.id, number: number, createdAt: task.createdAt, size: task.size, serverNames: task.serverNames,
      serversDigest: task.serversDigest, epoch: task.epoch)
  }
}
