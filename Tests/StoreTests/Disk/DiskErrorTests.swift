import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRStore

@Suite("Errors of the disk", .timeLimit(.minutes(1)))
struct DiskErrorTests {
  private func commit(_ number: Int, in store: SQLiteTaskStore) async -> StoreError? {
    await storeError { _ = try await store.commit(ScriptedWork.batch(number)) }
  }

  private func withStore(
    checkpoints: CheckpointPolicy = CheckpointPolicy(),
    _ body: (FaultyDisk, SQLiteTaskStore, Signal<String>) async throws -> Void
  ) async throws {
    try await FaultyDisk.use { disk in
      let (directory, notices) = (try StateDirectory.open(disk.folder), Signal<String>())
      let store = try await SQLiteTaskStore.open(in: directory, checkpoints: checkpoints) { notices.fire($0) }
      try await body(disk, store, notices)
      await store.close()
      directory.release()
    }
  }

  private static let fullDisk: Int32 = 13
  private static let writeError: Int32 = 10 | 3 << 8

  @Test("a full disk refuses the commit whole, at whichever write it is met, and is over when there is space")
  func noSpace() async throws {
    for nth in 1...12 {
      try await withStore { disk, store, notices in
        #expect(await commit(0, in: store) == nil)
        disk.plan(.full, at: .write, of: .log, nth: nth, count: nil)
        #expect(await commit(1, in: store)?.code == .diskFull)
        #expect(await commit(2, in: store)?.code == .diskFull)
        let counts = try await store.counts()
        #expect(counts == [.queued: 1])
        disk.heal()
        #expect(await commit(1, in: store) == nil)
        #expect(try await store.counts() == [.queued: 2])
        #expect(notices.all == [])
      }
    }
  }

  @Test(
    "a short write leaves nothing of its batch, and the next commit takes its place",
    arguments: [(0, fullDisk), (1000, fullDisk), (0, writeError), (4095, writeError)])
  func shortWrite(bytes: Int, code: Int32) async throws {
    for nth in [1, 2, 5, 10] {
      try await withStore { disk, store, _ in
        #expect(await commit(0, in: store) == nil)
        disk.plan(.short(bytes: bytes, code), at: .write, of: .log, nth: nth)
        #expect(await commit(1, in: store)?.code == (code == Self.fullDisk ? .diskFull : .failed))
        #expect(await commit(2, in: store) == nil)
        let page = try await store.tasks(TaskQuery())
        #expect(page.tasks.map(\.id.text) == ["t2", "t0"])
      }
    }
  }

  @Test("a checkpoint that fails is told once, costs space alone, and is told to be over")
  func checkpoint() async throws {
    let policy = CheckpointPolicy(softLimit: .max, hardLimit: 1)
    try await withStore(checkpoints: policy) { disk, store, notices in
      disk.plan(.full, at: .write, of: .database, count: nil)
      for number in 0..<3 { #expect(await commit(number, in: store) == nil) }
      #expect(notices.all.count == 1)
      #expect(notices.all[0].contains("cannot copy the log back in \(disk.folder)/scr.sqlite"))
      #expect(fileSize(disk.folder + "/scr.sqlite-wal") > 100 << 10)
      disk.heal()
      #expect(await commit(3, in: store) == nil)
      #expect(await notices.values(2).dropFirst() == ["the log of \(disk.folder)/scr.sqlite is copied back again"])
      let counts = try await store.counts()
      #expect(counts == [.queued: 4])
    }
  }

  @Test("closing on a full disk keeps the log, and the next start has everything")
  func closing() async throws {
    try await FaultyDisk.use { disk in
      let directory = try StateDirectory.open(disk.folder)
      let notices = Signal<String>()
      let store = try await SQLiteTaskStore.open(in: directory) { notices.fire($0) }
      for number in 0..<3 { #expect(await commit(number, in: store) == nil) }
      disk.plan(.full, at: .write, of: .database, count: nil)
      await store.close()
      directory.release()
      #expect(notices.all.count == 1)
      #expect(fileSize(disk.folder + "/scr.sqlite-wal") > 4096)
      disk.heal()
      try await ScriptedWork.verify(disk.folder, holds: [0, 1, 2])
    }
  }

  @Test("a log that cannot be cut or removed at the end costs nothing", arguments: [(true, 1), (false, 0)])
  func cutting(isTruncation: Bool, notices count: Int) async throws {
    try await FaultyDisk.use { disk in
      let directory = try StateDirectory.open(disk.folder)
      let notices = Signal<String>()
      let store = try await SQLiteTaskStore.open(in: directory) { notices.fire($0) }
      #expect(await commit(0, in: store) == nil)
      let code: Int32 = isTruncation ? 10 | 6 << 8 : 10 | 10 << 8
      disk.plan(.fail(code), at: isTruncation ? .truncate : .delete, count: nil)
      await store.close()
      directory.release()
      #expect(notices.all.count == count)
      disk.heal()
      try await ScriptedWork.verify(disk.folder, holds: [0])
    }
  }

  @Test("a connection that cannot be opened fails what needs it, and the next try is a good one")
  func connections() async throws {
    try await withStore { disk, store, _ in
      #expect(await commit(0, in: store) == nil)
      disk.plan(.fail(14), at: .open, of: .database)
      let error = await storeError { _ = try await store.counts() }
      #expect(error?.code == .failed)
      let counts = try await store.counts()
      #expect(counts == [.queued: 1])
    }
  }

  @Test("a disk that takes its time holds up commits alone, and reading goes on")
  func slowSync() async throws {
    try await withStore { disk, store, _ in
      #expect(await commit(0, in: store) == nil)
      let (reached, gate) = (Signal<Void>(), TestSemaphore())
      disk.hold(.sync, of: .log) {
        reached.fire()
        gate.wait()
      }
      await withTaskGroup(of: Void.self) { group in
        group.addTask { #expect(await commit(1, in: store) == nil) }
        _ = await reached.values(1)
        #expect((try? await store.counts()) == [.queued: 1])
        gate.signal()
      }
      let counts = try await store.counts()
      #expect(counts == [.queued: 2])
    }
  }
}
