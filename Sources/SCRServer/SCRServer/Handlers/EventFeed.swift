import SCRRuntime

/// The events of a task, or of all: first what is stored, then what happens, without a gap and without doubles.
///
/// It is subscribed before the store is read, so nothing can fall between the two; what both give is given once.
struct EventFeed {
  private let runtime: CognitiveRuntime
  private let taskID: TaskID?
  let subscription: EventSubscription
  /// The newest sequence number that was given.
  private(set) var position: Int64
  private var mustReadStore: Bool
  private var isOver = false

  private static let batch = 500
  private static let deltaCapacity = 1024

  /// A part of the feed: what is stored, or what is only said.
  enum Piece {
    case events([RuntimeEvent])
    case deltas([EventDelta])
  }

  /// With deltas.
  /// - Parameter since: exclusive; nil begins with what happens from now on.
  init(_ runtime: CognitiveRuntime, taskID: TaskID?, since: Int64?) {
    self.init(
      runtime, taskID: taskID, subscription: runtime.subscribe(taskID: taskID, deltaCapacity: Self.deltaCapacity))
    guard let since else { return }
    position = since
    mustReadStore = true
  }

  /// Everything from the beginning of a subscription on.
  init(_ runtime: CognitiveRuntime, taskID: TaskID?, subscription: EventSubscription) {
    self.runtime = runtime
    self.taskID = taskID
    self.subscription = subscription
    position = subscription.since
    mustReadStore = false
  }

  /// Some more events. Empty where all that is stored was given and the feed turns to what happens; nil at the end of
  /// the subscription.
  mutating func next() async throws(RuntimeError) -> Piece? {
    if mustReadStore {
      let events = try await runtime.events(since: position, taskID: taskID, limit: Self.batch)
      mustReadStore = events.count == Self.batch
      return .events(advance(events))
    }
    if isOver { return nil }
    switch await subscription.next() {
    case nil:
      // Some may be stored that were not handed out yet, since others with smaller numbers are on their way.
      isOver = true
      mustReadStore = true
      return .events([])
    case .events(let events): return .events(advance(events))
    case .deltas(let deltas): return .deltas(deltas)
    case .lagged:
      mustReadStore = true
      return .events([])
    }
  }

  /// Whether everything stored at the beginning was given.
  var hasReadStore: Bool { !mustReadStore }

  private mutating func advance(_ events: [RuntimeEvent]) -> [RuntimeEvent] {
    let fresh = events.filter { [position] in $0.sequence > position }
    if let last = fresh.last { position = last.sequence }
    return fresh
  }
}
