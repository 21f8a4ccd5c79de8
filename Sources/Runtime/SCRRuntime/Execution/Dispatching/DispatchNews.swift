import Synchronization

/// What the dispatcher is told from everywhere, gathered until it looks: by lane, not by task, so that it stays small
/// however much is submitted.
final class DispatchNews: Sendable {
  struct Lane: Sendable, Hashable {
    var count = 0
    var bytes = 0
    /// Tasks that arrived long ago are among them.
    var isSetBack = false
  }

  struct Content: Sendable {
    var lanes: [QueueLane: Lane] = [:]
    /// More has changed than the lanes tell.
    var everything = false
    var readyServers: Set<String> = []
    /// Tasks whose runner is gone; at most as many as run.
    var exits: [TaskID] = []
    var controlsChanged = false
    var failure: StoreError?
  }

  /// Of more lanes than this, all are read again.
  static let laneLimit = 4096

  let bell = Bell()
  private let content = Mutex(Content())

  func take() -> Content {
    content.withLock { content in
      defer { content = Content() }
      return content
    }
  }

  /// - Parameter isNew: false for a task that waited before, or was accepted before it came into the queue.
  func queued(_ lane: QueueLane, size: Int, isNew: Bool) {
    tell { content in
      guard content.lanes[lane] != nil || content.lanes.count < Self.laneLimit else {
        content.everything = true
        return
      }
      content.lanes[lane, default: Lane()].count += 1
      content.lanes[lane]?.bytes += size
      if !isNew { content.lanes[lane]?.isSetBack = true }
    }
  }

  func everythingChanged() { tell { $0.everything = true } }
  func serverReady(_ name: String) { tell { $0.readyServers.insert(name) } }
  func exited(_ id: TaskID) { tell { $0.exits.append(id) } }
  func controlsChanged() { tell { $0.controlsChanged = true } }
  /// The store could not write a claim.
  func failed(_ error: StoreError) { tell { $0.failure = error } }

  private func tell(_ edit: (inout Content) -> Void) {
    content.withLock { edit(&$0) }
    bell.ring()
  }
}
