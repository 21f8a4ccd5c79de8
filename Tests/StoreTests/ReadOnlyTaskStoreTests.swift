import SCRProtocol
import SCRRuntime
import SCRStore
import SCRTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Looking at a state directory without owning it", .timeLimit(.minutes(1)))
struct ReadOnlyTaskStoreTests {
  private let task = TaskStoreConformance.fullTask("a")

  @Test("it sees what the owner commits, also later, and cannot change it")
  func besideOwner() async throws {
    try await withTaskStore { owner, directory in
      let viewer = try await SQLiteTaskStore.openReadOnly(directory.path)
      #expect(try await viewer.counts() == [:])
      _ = try await owner.commit(TaskStoreConformance.insert(task))
      #expect(try await viewer.task(task.id) == task)
      let error = await storeError { _ = try await viewer.commit(TaskStoreConformance.insert(task)) }
      #expect(error?.code == .readOnly)
      await viewer.close()
      #expect(try await owner.task(task.id) == task)
    }
  }

  @Test("it sees what an owner that is gone has left")
  func afterOwner() async throws {
    try await withTemporaryDirectory { path in
      let directory = try StateDirectory.open(path)
      let owner = try await SQLiteTaskStore.open(in: directory)
      _ = try await owner.commit(TaskStoreConformance.insert(task))
      await owner.close()
      directory.release()
      let viewer = try await SQLiteTaskStore.openReadOnly(path)
      #expect(try await viewer.task(task.id) == task)
      await viewer.close()
      #expect((await storeError { _ = try await viewer.task(task.id) })?.code == .closed)
    }
  }

  @Test("a place that cannot even be looked into is not taken for an empty one")
  func unreadable() async throws {
    try await withTemporaryDirectory { path in
      // Root may look everywhere, so the system has another reason here: a link that leads to itself.
      #expect(symlink(path + "/loop", path + "/loop") == 0)
      let error = await storeError { _ = try await SQLiteTaskStore.openReadOnly(path + "/loop") }
      #expect(error?.code == .failed)
      #expect(error?.message.hasPrefix("cannot look for tasks at \(path)/loop/scr.sqlite") == true)
    }
  }

  @Test("where nothing was ever stored it says so and makes nothing")
  func missing() async throws {
    try await withTemporaryDirectory { path in
      let error = await storeError { _ = try await SQLiteTaskStore.openReadOnly(path) }
      #expect(error?.code == .missing)
      #expect(error?.message.contains(path) == true)
      #expect(fileSize(path + "/scr.sqlite") == 0)
      // A directory whose owner ended before it stored anything.
      try StateDirectory.open(path).release()
      #expect((await storeError { _ = try await SQLiteTaskStore.openReadOnly(path) })?.code == .missing)
    }
  }
}
