import Testing

@testable import SCRRuntime

@Suite("Fair queue: the cost of a turn")
struct FairQueueCostTests {
  /// The most comparisons of one turn, over many turns with that many lanes.
  private static func cost(lanes: Int, classes: Int) -> (worst: Int, mean: Int) {
    var rig = QueueRig()
    for number in 0..<lanes {
      let key = QueueLane("k\(number)", 1 + number % 5, in: "c\(number % classes)")
      for _ in 0..<2 { rig.submit(key) }
    }
    // Readings of the start are over.
    _ = rig.keys(10)
    var (worst, sum) = (0, 0)
    for _ in 0..<40 {
      let before = rig.queue.comparisons
      _ = rig.keys(1)
      worst = max(worst, rig.queue.comparisons - before)
      sum += rig.queue.comparisons - before
    }
    return (worst, sum / 40)
  }

  @Test("a turn among 4,096 lanes costs a few hundred comparisons, be it one class or one for each lane")
  func logarithmic() {
    for classes in [1, 64, 4096] {
      let few = Self.cost(lanes: 64, classes: min(classes, 64))
      let many = Self.cost(lanes: 4096, classes: classes)
      #expect(many.worst < 600, "with \(classes) classes")
      // 64 times the lanes are six more levels of each heap.
      #expect(many.mean < few.mean * 3 + 60, "with \(classes) classes")
    }
  }

  @Test("raising every head to its next level costs each head once")
  func raising() {
    var rig = QueueRig(FairQueueRules(ageingStep: .seconds(60)))
    for number in 0..<1000 { rig.submit(QueueLane("k\(number)", 5)) }
    _ = rig.keys(1)
    rig.wait(.seconds(60))
    let before = rig.queue.comparisons
    _ = rig.keys(1)
    let raised = rig.queue.comparisons
    _ = rig.keys(1)
    #expect(raised - before < 1000 * 200)
    #expect(rig.queue.comparisons - raised < 600)
  }
}
