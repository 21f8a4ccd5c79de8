@testable import SCRProcess
import Testing

struct InputQueueTests {
  @Test func `bytes leave in order, in whatever portions`() {
    var queue = InputQueue(limit: 100)
    queue.append([1, 2, 3])
    queue.append([4, 5])
    var taken: [UInt8] = []
    while let first = queue.first {
      let portion = min(2, first.count)
      taken += first.prefix(portion)
      queue.advance(by: portion)
    }
    #expect(taken == [1, 2, 3, 4, 5])
    #expect(queue.isEmpty)
  }

  @Test func `room is what the limit leaves`() {
    var queue = InputQueue(limit: 4)
    queue.append([1, 2, 3])
    #expect(queue.hasRoom(for: 1))
    #expect(!queue.hasRoom(for: 2))
    queue.advance(by: 3)
    #expect(queue.hasRoom(for: 4))
    #expect(!queue.hasRoom(for: 5))
  }

  @Test func `many chunks are taken one by one`() {
    var queue = InputQueue(limit: 10_000)
    for number in 0..<5000 { queue.append([UInt8(truncatingIfNeeded: number)]) }
    var count = 0
    while let first = queue.first {
      #expect(first == [UInt8(truncatingIfNeeded: count)])
      queue.advance(by: 1)
      count += 1
    }
    #expect(count == 5000)
  }
}
