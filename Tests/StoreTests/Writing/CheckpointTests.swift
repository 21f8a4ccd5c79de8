import GRDB
import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRStore

@Suite("The write-ahead log stays short", .timeLimit(.minutes(1)))
struct CheckpointTests {
  @Test("beyond the soft limit one checkpoint at a time runs in the background, the next after as much again")
  func inBackground() {
    var policy = CheckpointPolicy(softLimit: 100, hardLimit: 1000)
    #expect(policy.committed(logSize: 100) == .none)
    #expect(policy.committed(logSize: 101) == .inBackground)
    #expect(policy.committed(logSize: 150) == .none)
    policy.backgroundEnded()
    #expect(policy.committed(logSize: 201) == .none)
  }

  @Test("after a checkpoint the next one is due when the log grew by the soft limit, or began anew and passed it")
  func next() {
    var policy = CheckpointPolicy(softLimit: 100, hardLimit: 1000)
    #expect(policy.committed(logSize: 150) == .inBackground)
    policy.backgroundEnded()
    #expect(policy.committed(logSize: 250) == .none)
    #expect(policy.committed(logSize: 251) == .inBackground)
    policy.backgroundEnded()
    #expect(policy.committed(logSize: 100) == .none)
    #expect(policy.committed(logSize: 101) == .inBackground)
  }

  @Test("beyond the hard limit the writer does it, but not at every commit while a reader holds the log")
  func byWriter() {
    var policy = CheckpointPolicy(softLimit: 100, hardLimit: 1000)
    #expect(policy.committed(logSize: 900) == .inBackground)
    #expect(policy.committed(logSize: 1100) == .none)
    policy.backgroundEnded()
    #expect(policy.committed(logSize: 1100) == .byWriter)
    #expect(policy.committed(logSize: 1200) == .inBackground)
    policy.backgroundEnded()
    #expect(policy.committed(logSize: 1350) == .inBackground)
    policy.backgroundEnded()
    #expect(policy.committed(logSize: 1351) == .byWriter)
    #expect(policy.committed(logSize: 0) == .none)
    #expect(policy.committed(logSize: 1001) == .byWriter)
  }

  /// Commits forty tasks of 100 KiB and then a small one, so that the step after the last large one was taken.
  private func fill(_ store: SQLiteTaskStore) async throws {
    for number in 1...40 {
      var task = TaskStoreConformance.task("t\(number)")
      task.goal = String(repeating: "x", count: 100 << 10)
      _ = try await store.commit(TaskStoreConformance.insert(task))
    }
    _ = try await store.commit(TaskStoreConformance.insert(TaskStoreConformance.task("small")))
  }

  private func withStore(_ policy: CheckpointPolicy, _ body: (SQLiteTaskStore, String) async throws -> Void)
    async throws
  {
    try await withTemporaryDirectory { path in
      let store = try await SQLiteTaskStore.open(in: StateDirectory.open(path), checkpoints: policy)
      try await fill(store)
      try await body(store, path + "/scr.sqlite")
      #expect(try await store.counts() == [.queued: 41])
      await store.close()
    }
  }

  @Test("the writer cuts a log that passed the hard limit")
  func cutting() async throws {
    try await withStore(CheckpointPolicy(softLimit: .max, hardLimit: 512 << 10)) { _, path in
      #expect(fileSize(path + "-wal") < 700 << 10)
      #expect(fileSize(path) > 3 << 20)
    }
  }

  @Test("a checkpoint in the background brings the log's pages into the database")
  func copying() async throws {
    try await withStore(CheckpointPolicy(softLimit: 512 << 10, hardLimit: .max)) { store, path in
      store.writer?.checkpointer.close()
      #expect(fileSize(path) > 256 << 10)
    }
  }

  @Test("without reaching a limit the log is left alone until the store closes")
  func leaving() async throws {
    try await withStore(CheckpointPolicy(softLimit: .max, hardLimit: .max)) { _, path in
      #expect(fileSize(path + "-wal") > 4 << 20)
    }
  }
}
