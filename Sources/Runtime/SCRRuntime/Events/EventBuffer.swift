/// What waits for one reader of events: bounded, and what is given up at the bounds is told.
struct EventBuffer: Sendable {
  private enum Item: Sendable {
    case event(RuntimeEvent)
    case delta(EventDelta)
  }

  private var items: [Item] = []
  private var events = 0
  private var deltas = 0
  private let capacity: Int
  private let deltaCapacity: Int
  /// The newest that was buffered, or thrown away for want of room.
  private var newest: Int64
  /// The newest that was told of, with the event itself or as one to be read from the store.
  private var lastTold: Int64
  private var hasLagged = false
  private(set) var droppedDeltas = 0

  init(since: Int64, capacity: Int, deltaCapacity: Int) {
    (newest, lastTold) = (since, since)
    (self.capacity, self.deltaCapacity) = (capacity, deltaCapacity)
  }

  var isEmpty: Bool { items.isEmpty && !hasLagged }

  /// - Parameter more: not empty.
  mutating func add(_ more: [RuntimeEvent], last: Int64) {
    newest = last
    if hasLagged { return }
    guard events + more.count <= capacity else {
      // Deltas between events that will come from the store would come too late.
      droppedDeltas += deltas
      (items, events, deltas, hasLagged) = ([], 0, 0, true)
      return
    }
    items += more.map { .event($0) }
    events += more.count
  }

  mutating func add(_ delta: EventDelta) {
    guard deltaCapacity > 0 else { return }
    guard !hasLagged, deltas < deltaCapacity else { return droppedDeltas += 1 }
    items.append(.delta(delta))
    deltas += 1
  }

  /// What comes next: events up to the next delta, or deltas up to the next event. Nil where nothing waits.
  mutating func take() -> EventSubscription.Delivery? {
    if hasLagged {
      hasLagged = false
      defer { lastTold = newest }
      return .lagged(since: lastTold)
    }
    guard let first = items.first else { return nil }
    if case .event = first {
      let run = items.prefix { if case .event = $0 { true } else { false } }
      let taken = run.compactMap { if case .event(let event) = $0 { event } else { nil } }
      items.removeFirst(taken.count)
      events -= taken.count
      // Where all is taken, what went past unasked is told as well.
      lastTold = events == 0 ? newest : taken.last?.sequence ?? lastTold
      return .events(taken)
    }
    let run = items.prefix { if case .delta = $0 { true } else { false } }
    let taken = run.compactMap { if case .delta(let delta) = $0 { delta } else { nil } }
    items.removeFirst(taken.count)
    deltas -= taken.count
    return .deltas(taken)
  }
}
