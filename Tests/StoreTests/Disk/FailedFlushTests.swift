import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRStore

@Suite("A flush that failed is not taken back by the next one", .timeLimit(.minutes(1)))
struct FailedFlushTests {
  private func commit(_ number: Int, in store: SQLiteTaskStore) async -> StoreError? {
    await storeError { _ = try await store.commit(ScriptedWork.batch(number)) }
  }

  @Test("the commit fails, all later ones fail alike, reading goes on, and it is told once")
  func refusing() async throws {
    try await FaultyDisk.use { disk in
      let notices = Signal<String>()
      let store = try await SQLiteTaskStore.open(in: StateDirectory.open(disk.folder)) { notices.fire($0) }
      #expect(await commit(0, in: store) == nil)
      disk.plan(.loseSync, at: .sync, of: .log)
      let first = await commit(1, in: store)
      #expect(first?.code == .flushFailed)
      #expect(store.writeLoss.current?.message == first?.message)
      let start = "the disk could not flush \(disk.folder)/scr.sqlite (disk I/O error): "
      #expect(first?.message.hasPrefix(start) == true)
      let changes = disk.changes
      #expect(await commit(2, in: store)?.message == first?.message)
      #expect(disk.changes == changes)
      #expect(try await store.counts() == [.queued: 1])
      #expect(notices.all == [first?.message])
      await store.close()
    }
  }

  @Test("whatever the system's cache pretends: what was accepted before and after the next start outlives the power")
  func startingAgain() async throws {
    for end in [FaultyDisk.Kept.everything, .synced] {
      try await FaultyDisk.use { disk in
        let directory = try StateDirectory.open(disk.folder)
        let store = try await SQLiteTaskStore.open(in: directory)
        #expect(await commit(0, in: store) == nil)
        disk.plan(.loseSync, at: .sync, of: .log)
        #expect(await commit(1, in: store) != nil)
        await store.close()
        directory.release()
        try disk.restart(keeping: end)
        let next = try StateDirectory.open(disk.folder)
        let again = try await SQLiteTaskStore.open(in: next)
        for number in 2..<5 { #expect(await commit(number, in: again) == nil) }
        // Before any checkpoint that would make up for what the log lacks.
        disk.plan(.powerLoss(bytes: 0), at: .changes)
        await again.close()
        next.release()
        try disk.restart(keeping: .synced)
        try await ScriptedWork.verify(disk.folder, holds: [0, 2, 3, 4], upTo: 5)
      }
    }
  }

  @Test("a checkpoint whose flush failed ends writing too, and the log is kept, also by closing")
  func checkpoint() async throws {
    for isClosing in [false, true] {
      try await FaultyDisk.use { disk in
        let directory = try StateDirectory.open(disk.folder)
        let policy = CheckpointPolicy(softLimit: .max, hardLimit: isClosing ? .max : 1)
        let store = try await SQLiteTaskStore.open(in: directory, checkpoints: policy)
        disk.plan(.loseSync, at: .sync, of: .database)
        #expect(await commit(0, in: store) == nil)
        if !isClosing { #expect(await commit(1, in: store)?.message.contains("could not flush") == true) }
        await store.close()
        directory.release()
        #expect(fileSize(disk.folder + "/scr.sqlite-wal") > 4096)
        try disk.restart(keeping: .everything)
        await (try SQLiteTaskStore.open(in: StateDirectory.open(disk.folder))).close()
        #expect(fileSize(disk.folder + "/scr.sqlite-wal") == 0)
        try disk.restart(keeping: .synced)
        try await ScriptedWork.verify(disk.folder, holds: [0])
      }
    }
  }

  @Test("everybody in a shared commit is told, and no half of any batch is there afterwards")
  func sharedCommit() async throws {
    try await FaultyDisk.use { disk in
      let directory = try StateDirectory.open(disk.folder)
      let store = try await SQLiteTaskStore.open(in: directory)
      let (started, gate) = (Signal<Void>(), TestSemaphore())
      disk.plan(.loseSync, at: .sync, of: .log, nth: 2)
      disk.hold(.write, of: .log) { gate.wait() }
      let outcomes = await withTaskGroup(of: StoreError.Code?.self) { group in
        for number in 0..<20 {
          group.addTask {
            started.fire()
            return await storeError { _ = try await store.commit(ScriptedWork.batch(number)) }?.code
          }
        }
        _ = await started.values(20)
        gate.signal()
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(outcomes.count == 20)
      let succeeded = outcomes.count { $0 == nil }
      #expect(outcomes.count { $0 == .flushFailed } == 20 - succeeded)
      #expect(try await store.counts()[.queued, default: 0] == succeeded)
      await store.close()
      directory.release()
      try disk.restart(keeping: .everything)
      let there = try await ScriptedWork.verify(disk.folder, holds: [], upTo: 20)
      #expect(there.count >= succeeded)
    }
  }
}
