import Testing

@testable import SCRRuntime

@Suite("Indexed heap")
struct IndexedHeapTests {
  @Test("random puts, moves and removals agree with a sorted list", arguments: [1, 2, 3] as [UInt64])
  func model(seed: UInt64) {
    var random = RepeatableRandom(seed: seed)
    var heap = IndexedHeap<Int, Int>()
    var model: [Int: Int] = [:]
    for _ in 0..<3000 {
      let id = Int.random(in: 0..<80, using: &random)
      if Int.random(in: 0..<3, using: &random) == 0 {
        #expect(heap.remove(id) == model.removeValue(forKey: id))
      } else {
        let rank = Int.random(in: 0..<1_000_000, using: &random)
        heap.put(id, rank)
        model[id] = rank
      }
      #expect(heap.first?.rank == model.values.min())
      #expect(heap.count == model.count)
    }
    var drained: [Int] = []
    while let first = heap.first {
      #expect(heap[first.id] == model[first.id])
      drained.append(first.rank)
      heap.remove(first.id)
    }
    #expect(drained == model.values.sorted())
  }

  @Test("only a first whose rank is wanted is taken")
  func popFirst() {
    var heap = IndexedHeap<String, Int>()
    heap.put("a", 5)
    let taken = [4, 5, 6].map { limit in heap.popFirst { $0 <= limit } }
    #expect(taken == [nil, "a", nil])
    #expect(heap.isEmpty)
  }
}
