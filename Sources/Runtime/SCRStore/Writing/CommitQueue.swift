/// What gathers while a commit runs. One writer at a time takes from it.
struct CommitQueue<Item> {
  private var waiting: [Item] = []
  private var hasWriter = false

  /// - Returns: whether the caller has to start the writer.
  mutating func add(_ item: Item) -> Bool {
    waiting.append(item)
    defer { hasWriter = true }
    return !hasWriter
  }

  /// The oldest items, at most `limit`. Where there are none the writer's run is over, and the next item starts a new one.
  mutating func take(limit: Int) -> [Item] {
    guard waiting.count > limit else {
      defer { waiting = [] }
      hasWriter = !waiting.isEmpty
      return waiting
    }
    defer { waiting.removeFirst(limit) }
    return Array(waiting.prefix(limit))
  }
}
