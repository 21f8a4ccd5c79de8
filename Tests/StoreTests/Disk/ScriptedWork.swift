import GRDB
import SCRProtocol
import SCRRuntime
import SCRTestSupport

@testable import SCRStore

/// A fixed piece of work on a store, and what must hold of it whatever happened to the disk.
struct ScriptedWork {
  static let count = 5
  /// Small, so that checkpoints of both kinds happen in it.
  static let checkpoints = CheckpointPolicy(softLimit: 16 << 10, hardLimit: 32 << 10)

  /// Batches that were acknowledged.
  private(set) var acknowledged: Set<Int> = []
  private(set) var failures: [StoreError] = []

  /// Opens, commits ``count`` batches one after the other, reads, and closes; goes on whatever fails.
  static func run(in path: String, first: Int = 0, count: Int = count) async -> ScriptedWork {
    var work = ScriptedWork()
    do throws(StoreError) {
      let directory = try StateDirectory.open(path)
      let store = try await SQLiteTaskStore.open(in: directory, checkpoints: checkpoints)
      for number in first..<first + count {
        do throws(StoreError) {
          _ = try await store.commit(batch(number))
          work.acknowledged.insert(number)
        } catch { work.failures.append(error) }
      }
      await store.close()
      directory.release()
    } catch { work.failures.append(error) }
    return work
  }

  /// A task, its step, a document and two events: all or nothing of it may be there. Every third changes the task before it, too.
  static func batch(_ number: Int) -> StoreBatch {
    var batch = StoreBatch(
      at: TaskStoreConformance.moment(Int64(number)),
      changes: [
        .insertTask(task(number)),
        .putStep(
          StepRecord(
            taskID: task(number).id, stepID: "only", state: .completed, attempt: 1,
            value: ["text": .string(filling(number))])),
        .putDocument(
          StoreDocument(
            .finding, id: "d\(number)", taskID: task(number).id, body: ["n": .init(number)],
            now: TaskStoreConformance.start)),
      ],
      events: [
        EventDraft(.taskSubmitted, taskID: task(number).id),
        EventDraft(.stepCompleted, taskID: task(number).id, stepID: "only", data: ["n": JSONValue(number)]),
      ])
    if number % 3 == 2 { batch.changes.append(.requestCancel(task(number).id)) }
    return batch
  }

  private static func task(_ number: Int) -> AgentTask {
    var task = TaskStoreConformance.task("t\(number)", key: "k\(number)")
    task.goal = filling(number)
    return task
  }

  /// Several pages, other ones for each number.
  private static func filling(_ number: Int) -> String { String(repeating: "text of \(number). ", count: 260) }

  /// Opens what is there and compares it with what was promised.
  /// - Returns: the batches that are there.
  @discardableResult
  static func verify(_ path: String, holds promised: Set<Int>, upTo last: Int = count) async throws -> Set<Int> {
    let directory = try StateDirectory.open(path)
    defer { directory.release() }
    let store = try await SQLiteTaskStore.open(in: directory, checkpoints: checkpoints)
    do {
      let there = try await whole(store, upTo: last)
      guard promised.isSubset(of: there) else {
        throw BrokenPromise("promised \(promised.sorted()), found \(there.sorted())")
      }
      let sound = try await store.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
      guard sound == ["ok"] else { throw BrokenPromise("\(sound)") }
      await store.close()
      return there
    } catch {
      await store.close()
      throw error
    }
  }

  private static func whole(_ store: SQLiteTaskStore, upTo last: Int) async throws -> Set<Int> {
    let events = try await store.events(since: 0, taskID: nil, limit: 1000)
    guard events.map(\.sequence) == (0..<events.count).map({ Int64($0 + 1) }) else {
      throw BrokenPromise("event numbers \(events.map(\.sequence))")
    }
    var there: Set<Int> = []
    for number in 0..<last {
      let task = try await store.task(task(number).id)
      let steps = try await store.steps(of: Self.task(number).id)
      let mine = events.filter { $0.taskID == Self.task(number).id }.map(\.kind)
      let document = try await store.document(.finding, "d\(number)")
      if task == nil && steps.isEmpty && mine.isEmpty && document == nil { continue }
      guard task?.goal == filling(number), task?.cancelRequested == (number % 3 == 2),
        steps.map(\.value) == [["text": .string(filling(number))]], mine == [.taskSubmitted, .stepCompleted],
        document?.body == ["n": .init(number)]
      else { throw BrokenPromise("half of batch \(number) is there") }
      there.insert(number)
    }
    return there
  }
}

/// A promise of the store's that did not hold.
struct BrokenPromise: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
