import Testing

@testable import SCRRuntime

@Suite("Fair queue: windows, servers and rotation")
struct FairQueueReadingTests {
  @Test("what was queued before the queue began is found, lane by lane and window by window")
  func start() {
    var rig = QueueRig(FairQueueRules(windowSize: 8), isEmpty: false)
    for _ in 0..<50 { for key in ["a", "b"] { rig.submit(QueueLane(key), quietly: true) } }
    #expect(rig.numbers(200) == Array(1...100))
    #expect(rig.queue.lanes.isEmpty)
    #expect(rig.lastIdle == .idle(until: nil, .empty))
  }

  @Test("memory holds a window of each lane, whatever the store holds")
  func window() {
    var rig = QueueRig(FairQueueRules(windowSize: 8))
    for _ in 0..<1000 { rig.submit(QueueLane("a")) }
    rig.read()
    #expect(rig.queue.lanes[QueueLane("a")]?.window.count == 8)
    #expect(rig.queue.lanes[QueueLane("a")]?.count == 1000)
    #expect(rig.numbers(1000) == Array(1...1000))
    #expect(rig.readings < 1000 / 6 + 5)
  }

  @Test("a reading that fails is asked for again")
  func failedReading() {
    var rig = QueueRig(isEmpty: false)
    rig.submit(QueueLane("a"), quietly: true)
    guard case .readLanes = rig.queue.next(now: rig.now) else {
      Issue.record("no reading")
      return
    }
    #expect(rig.queue.next(now: rig.now) == .idle(until: nil, .reading))
    rig.queue.readFailed()
    rig.submit(QueueLane("b"), quietly: true)
    guard case .readLanes = rig.queue.next(now: rig.now) else {
      Issue.record("no reading")
      return
    }
    rig.queue.read(
      [LaneSummary(lane: QueueLane("a"), count: 1, bytes: 10, oldest: rig.now)], isLast: true, now: rig.now)
    var decision = rig.queue.next(now: rig.now)
    while case .readLanes = decision {
      rig.queue.read([], isLast: true, now: rig.now)
      decision = rig.queue.next(now: rig.now)
    }
    #expect(decision == .refill(QueueLane("a"), after: .min, limit: 64))
    rig.queue.refillFailed(QueueLane("a"), now: rig.now)
    #expect(rig.queue.next(now: rig.now) == decision)
  }

  @Test("what is added while its lane is being read is not lost")
  func addedMeanwhile() {
    var rig = QueueRig(FairQueueRules(windowSize: 4))
    for _ in 0..<6 { rig.submit(QueueLane("a")) }
    #expect(rig.numbers(3) == [1, 2, 3])
    guard case .refill(let key, let after, _) = rig.queue.next(now: rig.now) else {
      Issue.record("no reading")
      return
    }
    let seen = (rig.lanes[key] ?? []).filter { $0.number > after }
    rig.submit(QueueLane("a"))
    rig.queue.refilled(key, after: after, with: seen, hasMore: false, now: rig.now)
    #expect(rig.numbers(9) == [4, 5, 6, 7])
  }

  @Test("a task that a reading found before it was told of comes once, offered or running")
  func toldLate() {
    var rig = QueueRig(isEmpty: false)
    let entry = rig.submit(QueueLane("a"), quietly: true)
    guard case .claim(entry, _) = rig.decide() else {
      Issue.record("nothing was offered")
      return
    }
    rig.queue.grew(QueueLane("a"), now: rig.now)
    let whileOffered = rig.decide()
    rig.steal(entry.id)
    rig.queue.claimed(entry.id, now: rig.now)
    rig.queue.grew(QueueLane("a"), now: rig.now)
    let whileRunning = rig.decide()
    #expect([whileOffered, whileRunning] == [.idle(until: nil, .blocked), .idle(until: nil, .empty)])
  }

  @Test("a task that is cancelled leaves its window")
  func removed() {
    var rig = QueueRig()
    let entries = (0..<3).map { _ in rig.submit(QueueLane("a")) }
    rig.steal(entries[1].id)
    rig.queue.removed(entries[1].id, from: QueueLane("a"), size: 10, now: rig.now)
    #expect(rig.queue.lanes[QueueLane("a")]?.bytes == 20)
    #expect(rig.numbers(5) == [1, 3])
  }

  @Test("tasks whose servers are not ready hide nobody, and come in their order when one is")
  func servers() {
    var rig = QueueRig(FairQueueRules(windowSize: 4))
    for number in 0..<40 { rig.submit(QueueLane("a"), servers: number < 30 ? ["files"] : []) }
    guard case .claim(let first, _) = rig.decide() else {
      Issue.record("nothing was offered")
      return
    }
    rig.queue.skipped(first.id, servers: ["files"], now: rig.now)
    #expect(rig.numbers(5) == [31, 32, 33, 34, 35])
    rig.queue.ready("files", now: rig.now)
    #expect(rig.numbers(50) == Array(1...30) + Array(36...40))
  }

  @Test("a server that is ready again changes nothing for those that wait for another")
  func otherServer() {
    var rig = QueueRig()
    rig.submit(QueueLane("a"), servers: ["one", "two"])
    rig.submit(QueueLane("b"), servers: ["two"])
    for server in ["one", "two"] { rig.queue.notReady(server) }
    #expect(rig.numbers(3) == [])
    #expect(rig.lastIdle == .idle(until: nil, .blocked))
    rig.queue.ready("one", now: rig.now)
    #expect(rig.numbers(3) == [])
    rig.queue.ready("two", now: rig.now)
    #expect(rig.numbers(3).sorted() == [1, 2])
  }

  @Test("more lanes than memory holds all have their turn within one round")
  func rotation() {
    var rig = QueueRig(FairQueueRules(laneLimit: 16))
    for number in 0..<100 { for _ in 0..<3 { rig.submit(QueueLane("k\(number)")) } }
    #expect(rig.queue.lanes.count == 16)
    let keys = rig.keys(1000)
    #expect(keys.count == 300)
    #expect(Set(keys).count == 100)
    #expect(rig.queue.lanes.isEmpty)
  }

  @Test("what was left out because all of a full memory was being claimed comes in once that is done")
  func claimsUnderWay() {
    var rig = QueueRig(FairQueueRules(laneLimit: 1))
    let first = rig.submit(QueueLane("a"))
    let second = rig.submit(QueueLane("b"))
    #expect(rig.decide() == .claim(first, QueueLane("a")))
    // It has looked through the store as often as it does, and found no room.
    #expect(rig.decide() == .idle(until: nil, .blocked))
    rig.steal(first.id)
    rig.queue.claimed(first.id, now: rig.now)
    #expect(rig.decide() == .claim(second, QueueLane("b")))
  }

  @Test("an urgent lane comes into a full memory at once")
  func urgent() {
    var rig = QueueRig(FairQueueRules(laneLimit: 4))
    for number in 0..<10 { rig.submit(QueueLane("k\(number)")) }
    rig.submit(QueueLane("urgent", 1))
    #expect(rig.keys(1) == ["urgent"])
    #expect(rig.keys(20).count == 10)
  }

  @Test("a memory full of urgent lanes lets one in whose oldest task waited too long")
  func overdueOutside() {
    var rig = QueueRig(FairQueueRules(ageingStep: .seconds(10_000), maximumWait: .seconds(60), laneLimit: 4))
    for number in 0..<8 { for _ in 0..<40 { rig.submit(QueueLane("k\(number)", 1)) } }
    rig.submit(QueueLane("low", 5))
    rig.wait(.seconds(30))
    #expect(!rig.keys(100).contains("low"))
    rig.wait(.seconds(30))
    // One stride of turns until the store is looked through, and every second turn for what came before.
    let position = rig.keys(300).firstIndex(of: "low")
    #expect(position != nil)
  }

  @Test("a lane outside that has waited too long is let in, one that is known to be fresh and less urgent is not")
  func agedOutside() {
    func lanes(oldest: Timestamp) -> Set<QueueLane> {
      var rig = QueueRig(FairQueueRules(laneLimit: 2))
      for key in ["a", "b"] { rig.submit(QueueLane(key, 1)) }
      let outside = LaneSummary(lane: QueueLane("low", 5), count: 1, bytes: 10, oldest: oldest)
      rig.queue.read([outside], isLast: true, now: rig.now)
      return Set(rig.queue.lanes.keys)
    }
    #expect(lanes(oldest: Timestamp(milliseconds: 0)) == [QueueLane("b", 1), QueueLane("low", 5)])
    #expect(lanes(oldest: QueueRig().now) == [QueueLane("a", 1), QueueLane("b", 1)])
  }

  @Test("lanes of a paused class that fill the memory let others in")
  func pausedFull() {
    var rig = QueueRig(FairQueueRules(laneLimit: 8))
    for number in 0..<20 { rig.submit(QueueLane("p\(number)", 1, in: "paused")) }
    rig.queue.control("paused", now: rig.now) { $0.pause = .untilResumed }
    for number in 0..<20 { rig.submit(QueueLane("k\(number)", 5, in: "open")) }
    #expect(Set(rig.keys(50)).count == 20)
    #expect(rig.lastIdle == .idle(until: nil, .blocked))
    // Asking again costs no more readings until something changes.
    let readings = rig.readings
    #expect(rig.numbers(1) == [])
    #expect(rig.readings == readings)
    rig.queue.control("paused", now: rig.now) { $0.pause = nil }
    #expect(Set(rig.keys(50)).count == 20)
  }
}
