import Foundation
import SCRProtocol
import SCRRuntime
import SCRStore

/// Measures the store through its seam, as the runtime uses it. Prints one JSON object.
///
///     store-bench submit DIR COUNT IN_FLIGHT   accepts tasks: {perSecond}
///     store-bench fill DIR COUNT               leaves COUNT tasks queued, quickly: {count}
///     store-bench claim DIR COUNT ROOT         claims one after the other and puts back as many: {p50us}
///     store-bench memory DIR TEXTS QUESTIONS   see ``MemoryBench``
@main
enum StoreBench {
  static func main() async throws {
    let words = CommandLine.arguments.dropFirst()
    if words.count == 4, words.first == "memory" {
      let report = try await MemoryBench.run(
        words[words.startIndex + 1], texts: words[words.startIndex + 2], questions: words[words.startIndex + 3])
      return FileHandle.standardOutput.write(Data(report.encoded + [10]))
    }
    guard words.count >= 3, let mode = words.first, let count = Int(words[words.startIndex + 2]) else {
      return fail("usage: store-bench submit|fill|claim DIR COUNT [IN_FLIGHT|ROOT]")
    }
    let store = try await SQLiteTaskStore.open(in: StateDirectory.open(words[words.startIndex + 1]))
    let last = words.count > 3 ? words[words.startIndex + 3] : ""
    let report: JSONValue
    switch mode {
    case "submit": report = try await submit(store, count, inFlight: Int(last) ?? 1)
    case "fill": report = try await fill(store, count, root: last)
    case "claim": report = try await claim(store, count, root: last)
    default: return fail("no such mode: \(mode)")
    }
    await store.close()
    FileHandle.standardOutput.write(Data(report.encoded + [10]))
  }

  private static func fail(_ message: String) {
    FileHandle.standardError.write(Data("store-bench: \(message)\n".utf8))
    exit(2)
  }

  /// What a client's `submit_task` becomes: one row and two events.
  private static func submission(root: String) -> StoreBatch {
    var task = AgentTask(
      title: "no-op", plan: ["steps": [["id": "a", "tool": "calculator", "arguments": ["expression": "20 + 22"]]]],
      workspaceRoot: root, serversDigest: "", createdAt: SystemClock().now())
    task.size = 90
    return StoreBatch(
      at: task.createdAt, changes: [.insertTask(task)],
      events: [
        EventDraft(.taskSubmitted, taskID: task.id, data: ["title": .string(task.title)]),
        EventDraft(.taskQueued, taskID: task.id, data: ["priority": 3]),
      ])
  }

  private static func submit(_ store: SQLiteTaskStore, _ count: Int, inFlight: Int) async throws -> JSONValue {
    let clock = ContinuousClock()
    let begin = clock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<inFlight {
        group.addTask {
          for _ in 0..<(count / inFlight) { _ = try await store.commit(submission(root: "/bench")) }
        }
      }
      try await group.waitForAll()
    }
    let seconds = (clock.now - begin) / .seconds(1)
    return ["perSecond": JSONValue(Double(count / inFlight * inFlight) / seconds)]
  }

  private static func fill(_ store: SQLiteTaskStore, _ count: Int, root: String) async throws -> JSONValue {
    for start in stride(from: 0, to: count, by: 1000) {
      var batch = submission(root: root)
      batch.events = []
      for _ in start + 1..<min(start + 1000, count) { batch.changes += submission(root: root).changes }
      _ = try await store.commit(batch)
    }
    return ["count": JSONValue(count)]
  }

  private static func claim(_ store: SQLiteTaskStore, _ count: Int, root: String) async throws -> JSONValue {
    let clock = ContinuousClock()
    let lane = QueueLane(taskClass: "default", priority: .normal, fairnessKey: "")
    let lease = TaskLease(owner: .random(), until: SystemClock().now())
    var times: [Duration] = []
    for _ in 0..<count {
      let begin = clock.now
      guard let task = try await store.claimable(ClaimQuery(workspaceRoot: root, lane: lane, limit: 1)).first else {
        break
      }
      _ = try await store.commit(
        StoreBatch(
          at: SystemClock().now(), preconditions: [.taskState(task.id, oneOf: [.queued])],
          changes: [.claimTask(task.id, lease, epoch: task.epoch + 1)]))
      times.append(clock.now - begin)
      _ = try await store.commit(submission(root: root))
    }
    times.sort()
    return ["p50us": JSONValue(times[times.count / 2] / .microseconds(1))]
  }
}
