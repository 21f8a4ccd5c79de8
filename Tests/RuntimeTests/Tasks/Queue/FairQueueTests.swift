import Testing

@testable import SCRRuntime

@Suite("Fair queue: the order")
struct FairQueueTests {
  @Test("the more urgent comes first, and within a lane the first that came")
  func priority() {
    var rig = QueueRig()
    for (key, level) in [("a", 5), ("b", 3), ("c", 1), ("a", 5), ("b", 3)] { rig.submit(QueueLane(key, level)) }
    #expect(rig.numbers(6) == [3, 2, 5, 1, 4])
    #expect(rig.lastIdle == .idle(until: nil, .empty))
  }

  @Test("keys of one level share by weight")
  func weights() {
    var rig = QueueRig()
    rig.weigh(3, "a")
    for _ in 0..<40 { for key in ["a", "b"] { rig.submit(QueueLane(key)) } }
    #expect(rig.keys(40).count { $0 == "a" } == 30)
  }

  @Test("a weight changes the order from the next turn on")
  func liveWeights() {
    var rig = QueueRig()
    for _ in 0..<100 { for key in ["a", "b"] { rig.submit(QueueLane(key)) } }
    #expect(rig.keys(20).count { $0 == "a" } == 10)
    rig.weigh(9, "a")
    #expect((45...46).contains(rig.keys(50).count { $0 == "a" }))
  }

  @Test("weights are brought into their range, and their number is bounded")
  func weightBounds() {
    var queue = FairQueue(FairQueueRules(weightLimit: 2))
    let accepted = [(0, "a"), (Int.max, "a"), (2, "b"), (2, "c"), (1, "a"), (2, "c")].map { weight, key in
      queue.setWeight(weight, of: key)
    }
    #expect(accepted == [true, true, true, false, true, true])
    #expect(["a", "b", "c"].map(queue.weight) == [1, 2, 2])
    _ = queue.setWeight(.max, of: "b")
    #expect(queue.weight(of: "b") == 1_000_000)
  }

  @Test("classes of one level take turns, whatever their number of keys")
  func classes() {
    var rig = QueueRig()
    for number in 0..<20 { rig.submit(QueueLane("k\(number)", in: "many")) }
    for _ in 0..<20 { rig.submit(QueueLane("one", in: "few")) }
    #expect(rig.keys(20).count { $0 == "one" } == 10)
  }

  @Test("a lane without turns rises one level with each step of waiting, and falls back after its turn")
  func ageing() {
    var rig = QueueRig(FairQueueRules(ageingStep: .seconds(60), maximumWait: .seconds(100_000)))
    rig.submit(QueueLane("low", 5))
    rig.submit(QueueLane("low", 5))
    var turns: [Int] = []
    // One urgent task a second, and time for one.
    for second in 0..<600 {
      rig.submit(QueueLane("high", 3))
      if rig.keys(1) == ["low"] { turns.append(second) }
      rig.wait(.seconds(1))
    }
    // At 120 s it stands at level 3 and takes the next turn of its new level; so does the second after 120 s more.
    #expect(turns == [120, 240])
  }

  @Test("a key's lanes that meet at one level give the task that came first")
  func meeting() {
    var rig = QueueRig(FairQueueRules(ageingStep: .seconds(10)))
    rig.submit(QueueLane("a", 4))
    rig.wait(.seconds(10))
    rig.submit(QueueLane("a", 3))
    #expect(rig.numbers(3) == [1, 2])
  }

  @Test("what waited too long has every second turn, the oldest first")
  func overdue() {
    var rig = QueueRig(FairQueueRules(ageingStep: .seconds(10_000), maximumWait: .seconds(600)))
    for _ in 0..<4 { rig.submit(QueueLane("old", 5)) }
    rig.wait(.seconds(1))
    for _ in 0..<2 { rig.submit(QueueLane("less old", 4)) }
    rig.wait(.seconds(600))
    for _ in 0..<6 { rig.submit(QueueLane("fresh", 1)) }
    #expect(
      rig.keys(12) == [
        "old", "fresh", "old", "fresh", "old", "fresh", "old", "fresh", "less old", "fresh", "less old", "fresh",
      ])
  }

  @Test("a clock that is set back hurts nothing")
  func clockBack() {
    var rig = QueueRig()
    rig.submit(QueueLane("a", 5))
    rig.wait(.seconds(500))
    rig.submit(QueueLane("b", 5))
    rig.wait(.seconds(-400_000))
    rig.submit(QueueLane("c", 4))
    #expect(rig.numbers(4).sorted() == [1, 2, 3])
  }
}
