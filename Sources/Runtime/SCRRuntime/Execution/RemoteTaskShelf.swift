import SCRProtocol
import Synchronization

/// The steps of one run whose calls tool servers have made tasks of, with what is written down of them.
final class RemoteTaskShelf: Sendable {
  private let records: Mutex<[String: RemoteTaskRecord]>

  init(_ left: [String: RemoteTaskRecord]) { records = Mutex(left) }

  subscript(stepID: String) -> RemoteTaskRecord? { records.withLock { $0[stepID] } }

  func keep(_ record: RemoteTaskRecord, for stepID: String) { records.withLock { $0[stepID] = record } }

  /// - Returns: whether there was one.
  func forget(_ stepID: String) -> Bool { records.withLock { $0.removeValue(forKey: stepID) != nil } }

  // MARK: In the store

  static func id(_ taskID: TaskID, _ stepID: String) -> String { "\(taskID)/\(stepID)" }

  /// What earlier runs of the task left, by step.
  static func left(of taskID: TaskID, in store: any TaskStore) async throws(StoreError) -> [String: RemoteTaskRecord] {
    var found: [String: RemoteTaskRecord] = [:]
    var cursor: String?
    repeat {
      let page = try await store.documents(DocumentQuery(.remoteTask, taskID: taskID, cursor: cursor, limit: 500))
      for document in page.documents {
        guard let stepID = document.body["stepId"]?.stringValue else { continue }
        found[stepID] = RemoteTaskRecord(json: document.body)
      }
      cursor = page.nextCursor
    } while cursor != nil
    return found
  }
}

/// The journal of one step's call.
struct StepRemoteTask: RemoteTaskJournal {
  let store: any TaskStore
  let hub: EventHub
  let clock: any RuntimeClock
  let taskID: TaskID
  let stepID: String
  let epoch: Int64
  let shelf: RemoteTaskShelf
  let stop: OneShot<TaskRun.StopCause>

  var left: RemoteTaskRecord? { shelf[stepID] }

  func keep(_ record: RemoteTaskRecord) async throws {
    let now = clock.now()
    var body = record.json.objectValue ?? [:]
    body["stepId"] = .string(stepID)
    let document = StoreDocument(
      .remoteTask, id: RemoteTaskShelf.id(taskID, stepID), taskID: taskID, body: .object(body), now: now)
    // Before the commit: the document may be there although its acknowledgement is not.
    shelf.keep(record, for: stepID)
    hub.publish(
      try await store.commit(
        StoreBatch(at: now, preconditions: [.taskEpoch(taskID, epoch)], changes: [.putDocument(document)])))
  }

  var goesOn: Bool { if case .shutdown = stop.current { true } else { false } }
}
