/// What an earlier incarnation left behind.
extension Dispatcher {
  /// Tasks that are put back at once share their commits.
  private static let atOnce = 64

  /// What an earlier incarnation was working on goes back into the queue.
  func recover() async throws(StoreError) {
    let left = try await store.abandoned(by: incarnation).filter { $0.state == .running }
    guard !left.isEmpty else { return }
    for start in stride(from: 0, to: left.count, by: Self.atOnce) {
      let group = left[start..<min(start + Self.atOnce, left.count)]
      let failure = await withTaskGroup(of: StoreError?.self) { [store, hub, clock, queueRoom, onPoison] tasks in
        for task in group {
          tasks.addTask {
            do throws(StoreError) {
              let now = clock.now()
              if let poison = FailedRun.decideDeath(task, now: now) {
                let steps = try await store.steps(of: task.id)
                let waits = try await store.waits(of: task.id, isOpen: true)
                hub.publish(
                  try await store.commit(TaskRecovery.burial(task, steps, waits: waits, poison, now: now)))
                onPoison(task, steps, poison)
              } else {
                hub.publish(try await store.commit(TaskRecovery.batch(task, now: now)))
                queueRoom.takeBack(task)
              }
            } catch { if error.code != .preconditionFailed { return error } }
            return nil
          }
        }
        return await tasks.reduce(nil) { $0 ?? $1 }
      }
      if let failure { throw failure }
    }
    queue.setBackAll(now: clock.now())
  }
}
