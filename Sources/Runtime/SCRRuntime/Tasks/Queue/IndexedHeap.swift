/// A heap that finds the element with the lowest rank at once, and any other by its id: putting, moving and removing
/// cost the logarithm of the count.
struct IndexedHeap<ID: Hashable & Sendable, Rank: Comparable & Sendable>: Sendable {
  private var nodes: [(id: ID, rank: Rank)] = []
  private var places: [ID: Int] = [:]
  /// Comparisons made so far: what tests measure instead of time.
  private(set) var comparisons = 0

  var count: Int { nodes.count }
  var isEmpty: Bool { nodes.isEmpty }
  var first: (id: ID, rank: Rank)? { nodes.first }

  subscript(id: ID) -> Rank? { places[id].map { nodes[$0].rank } }

  /// Inserts the element, or moves it to its new rank.
  mutating func put(_ id: ID, _ rank: Rank) {
    if let place = places[id] {
      nodes[place].rank = rank
      if !rise(place) { sink(place) }
    } else {
      places[id] = nodes.count
      nodes.append((id, rank))
      _ = rise(nodes.count - 1)
    }
  }

  @discardableResult
  mutating func remove(_ id: ID) -> Rank? {
    guard let place = places.removeValue(forKey: id) else { return nil }
    let last = nodes.removeLast()
    guard place < nodes.count else { return last.rank }
    let rank = nodes[place].rank
    nodes[place] = last
    places[last.id] = place
    if !rise(place) { sink(place) }
    return rank
  }

  /// Removes and returns the first, if its rank is as `condition` wants it.
  mutating func popFirst(where condition: (Rank) -> Bool) -> ID? {
    guard let first = nodes.first, condition(first.rank) else { return nil }
    remove(first.id)
    return first.id
  }

  private mutating func precedes(_ left: Int, _ right: Int) -> Bool {
    comparisons += 1
    return nodes[left].rank < nodes[right].rank
  }

  private mutating func exchange(_ left: Int, _ right: Int) {
    nodes.swapAt(left, right)
    places[nodes[left].id] = left
    places[nodes[right].id] = right
  }

  private mutating func rise(_ start: Int) -> Bool {
    var place = start
    while place > 0, precedes(place, (place - 1) / 2) {
      exchange(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
    return place != start
  }

  private mutating func sink(_ start: Int) {
    var place = start
    while true {
      var lowest = place
      for child in [place * 2 + 1, place * 2 + 2] where child < nodes.count && precedes(child, lowest) {
        lowest = child
      }
      if lowest == place { return }
      exchange(place, lowest)
      place = lowest
    }
  }
}
