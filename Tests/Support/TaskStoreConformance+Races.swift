import SCRProtocol
import SCRRuntime

extension TaskStoreConformance {
  static let races: [Check] = [
    Check("of many who claim a task at once one wins") { store in
      let task = task("a")
      try await store.commit(.insertTask(task))
      let winners = await withTaskGroup(of: Incarnation?.self) { group in
        for number in 1...20 {
          group.addTask {
            let owner = Incarnation("run_\(number)")
            return (try? await store.commit(claim(task, for: owner))).map { _ in owner }
          }
        }
        return await group.reduce(into: []) { winners, owner in winners += owner.map { [$0] } ?? [] }
      }
      try same(winners.count, 1)
      let claimed = try await store.task(task.id)
      try same(claimed?.lease?.owner, winners.first)
      try same(claimed?.epoch, 1)
      try same(await store.lastSequence(), 1)
    },
    Check("concurrent commits number their events without gap, each batch in one piece") { store in
      let pieces = try await withThrowingTaskGroup(of: [RuntimeEvent].self) { group in
        for number in 1...100 {
          group.addTask {
            let id = TaskID("t\(number)")
            let drafts = [
              EventDraft(.taskSubmitted, taskID: id), EventDraft(.taskQueued, taskID: id),
              EventDraft(.taskStarted, taskID: id),
            ]
            return try await store.commit(
              StoreBatch(at: start, changes: [.insertTask(task(id.text))], events: drafts))
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      for piece in pieces {
        try same(piece.map(\.kind), [.taskSubmitted, .taskQueued, .taskStarted])
        try same(piece.map(\.sequence), Array(piece[0].sequence..<piece[0].sequence + 3))
      }
      let stored = try await store.events(since: 0, taskID: nil, limit: 1000)
      try same(stored.map(\.sequence), Array(1...300))
      try same(stored, pieces.flatMap { $0 }.sorted { $0.sequence < $1.sequence })
    },
    Check("failing batches among many fail alone and take no numbers") { store in
      let outcomes = await withTaskGroup(of: StoreError.Code?.self) { group in
        for number in 1...90 {
          group.addTask {
            // Thirty keys, each wanted by three tasks.
            let task = task("t\(number)", key: "key \(number % 30)")
            let batch = StoreBatch(
              at: start, changes: [.insertTask(task)], events: [EventDraft(.taskSubmitted, taskID: task.id)])
            do throws(StoreError) { _ = try await store.commit(batch) } catch { return error.code }
            return nil
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      try same(outcomes.count { $0 == nil }, 30)
      try same(outcomes.count { $0 == .duplicateKey }, 60)
      try same(await store.counts(), [.queued: 30])
      let events = try await store.events(since: 0, taskID: nil, limit: 1000)
      try same(events.map(\.sequence), Array(1...30))
      for event in events {
        let id = event.taskID ?? TaskID("none")
        try holds(await store.task(id) != nil, "event \(event.sequence) tells of a task that was refused")
      }
    },
  ]
}
