import Testing

@testable import SCRRuntime

@Suite("Fair queue: where a task stands")
struct FairQueuePositionTests {
  private let key = QueueLane("a", 4, in: "work")

  private func rig(_ count: Int = 3, servers: [String] = []) -> (rig: QueueRig, entries: [QueuedTask]) {
    var rig = QueueRig(FairQueueRules(windowSize: 2))
    let entries = (0..<count).map { _ in rig.submit(key, servers: servers) }
    for _ in 0..<5 { rig.submit(QueueLane("b", 2, in: "urgent")) }
    rig.read()
    return (rig, entries)
  }

  private static func position(
    _ rig: QueueRig, _ entry: QueuedTask, _ key: QueueLane, before: Int? = nil
  ) -> QueuePlace? {
    rig.queue.place(of: entry, in: key, before: before, now: rig.now)
  }

  @Test("within its window the place is exact, beyond it the store has to count")
  func places() {
    let (rig, entries) = rig()
    #expect(
      [0, 1, 2].map { Self.position(rig, entries[$0], key) } == [
        QueuePlace(lane: key, inLane: 0, isExact: true, moreUrgent: 5, hold: .turn),
        QueuePlace(lane: key, inLane: 1, isExact: true, moreUrgent: 5, hold: .turn),
        QueuePlace(lane: key, inLane: 2, isExact: false, moreUrgent: 5, hold: .turn),
      ])
    #expect(
      Self.position(rig, entries[2], key, before: 7)
        == QueuePlace(lane: key, inLane: 7, isExact: true, moreUrgent: 5, hold: .turn))
  }

  @Test("it names what holds the task: server, queue, class, limit and rate, in this order")
  func holds() {
    var (rig, entries) = rig(2, servers: ["files"])
    let end = rig.now + .seconds(5)
    var holds: [QueueHold?] = []
    func note() { holds.append(Self.position(rig, entries[0], key)?.hold) }
    rig.queue.control("work", now: rig.now) { $0.rate = TokenBucket(capacity: 1, refillPerSecond: 1, at: rig.now) }
    rig.queue.control("urgent", now: rig.now) { $0.pause = .untilResumed }
    let claimed = rig.claim()
    entries.removeFirst()
    note()
    rig.queue.control("work", now: rig.now) { $0.limit = 1 }
    note()
    rig.queue.control("work", now: rig.now) { $0.drain = .untilResumed }
    note()
    rig.queue.control("work", now: rig.now) { $0.pause = .until(end) }
    note()
    rig.queue.control { $0.pause = .untilResumed }
    note()
    rig.queue.notReady("files")
    note()
    #expect(
      holds == [
        .rate(until: rig.now + .seconds(1)), .limit(1), .draining(until: nil), .paused(until: end), .paused(until: nil),
        .servers(["files"]),
      ])
    #expect(claimed.map { Self.position(rig, $0.entry, key) == nil } == true)
  }

  @Test("tasks of a class that is held are before nobody")
  func heldOthers() {
    var (rig, entries) = rig()
    rig.queue.control("urgent", now: rig.now) { $0.pause = .untilResumed }
    #expect(Self.position(rig, entries[0], key)?.moreUrgent == 0)
  }
}
