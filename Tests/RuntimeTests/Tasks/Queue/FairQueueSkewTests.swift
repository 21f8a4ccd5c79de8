import Testing

@testable import SCRRuntime

@Suite("Fair queue: no starvation at a skew of 100,000 to 1", .timeLimit(.minutes(1)))
struct FairQueueSkewTests {
  @Test("one task among a hundred thousand of another key waits for two turns at most")
  func counts() {
    var rig = QueueRig(isEmpty: false)
    for _ in 0..<100_000 { rig.submit(QueueLane("crowd"), quietly: true) }
    #expect(rig.keys(50) == Array(repeating: "crowd", count: 50))
    // Even when the crowd has stood still for long: one turn is its age's, one its level's, the third is fair.
    for pause in [0, 300, 601, 100_000] {
      rig.wait(.seconds(pause))
      rig.submit(QueueLane("single"))
      #expect(rig.keys(3).contains("single"), "after \(pause) s")
    }
  }

  /// ``FairRingTests`` has the same with 100,000 to 1: the ring alone decides, and it is quick.
  @Test("with weights of 5,000 to 1 the small one waits for 5,000 turns at most")
  func weights() {
    var rig = QueueRig(FairQueueRules(maximumWait: .seconds(1_000_000)))
    rig.weigh(5000, "big")
    for _ in 0..<3 { rig.submit(QueueLane("small")) }
    for _ in 0..<100 { rig.submit(QueueLane("big")) }
    var turns: [Int] = []
    for turn in 0..<10_010 {
      rig.submit(QueueLane("big"))
      if rig.keys(1) == ["small"] { turns.append(turn) }
    }
    #expect(turns == [0, 5001, 10_002])
  }

  @Test(
    "with weights of 100,000 to 1 and any load nothing waits longer than the limit and one turn for each older task")
  func time() {
    var rig = QueueRig(FairQueueRules(maximumWait: .seconds(600)))
    rig.weigh(100_000, "big")
    for _ in 0..<5 { rig.submit(QueueLane("small", 5)) }
    // One turn a second, and two new urgent tasks a second.
    var served: [Int] = []
    for second in 0..<700 {
      for _ in 0..<2 { rig.submit(QueueLane("big", 1)) }
      if rig.keys(1) == ["small"] { served.append(second) }
      rig.wait(.seconds(1))
    }
    // It rises to level 1 at 240 s and has a turn there; the limit brings the rest.
    let last = served.last ?? .max
    #expect(served.count == 5 && last <= 600 + 2 * 5)
  }
}
