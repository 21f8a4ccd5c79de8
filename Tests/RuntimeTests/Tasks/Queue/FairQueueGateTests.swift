import Testing

@testable import SCRRuntime

private struct NothingOffered: Error {}

@Suite("Fair queue: paused and limited classes")
struct FairQueueGateTests {
  private func rig() -> QueueRig {
    var rig = QueueRig()
    for _ in 0..<3 { rig.submit(QueueLane("a", 1, in: "held")) }
    for _ in 0..<3 { rig.submit(QueueLane("b", 5, in: "free")) }
    return rig
  }

  @Test("a paused class holds up nobody, and goes on by itself at the end of its pause")
  func pause() {
    var rig = rig()
    let end = rig.now + .seconds(60)
    rig.queue.control("held", now: rig.now) { $0.pause = .until(end) }
    #expect(rig.keys(4) == ["b", "b", "b"])
    #expect(rig.lastIdle == .idle(until: end, .blocked))
    rig.wait(.seconds(60))
    #expect(rig.keys(4) == ["a", "a", "a"])
    #expect(rig.queue.classes.isEmpty)
    #expect(rig.lastIdle == .idle(until: nil, .empty))
  }

  @Test("a pause without an end lasts until somebody resumes")
  func resume() {
    var rig = rig()
    rig.queue.control("held", now: rig.now) { $0.pause = .untilResumed }
    #expect(rig.keys(4) == ["b", "b", "b"])
    #expect(rig.lastIdle == .idle(until: nil, .blocked))
    rig.queue.control("held", now: rig.now) { $0.pause = nil }
    #expect(rig.keys(4) == ["a", "a", "a"])
  }

  @Test("a class that drains begins nothing, until its time if it has one")
  func drain() throws {
    var rig = rig()
    let claim = rig.claim()
    let running = try #require(claim)
    #expect(running.lane.fairnessKey == "a")
    rig.queue.control("held", now: rig.now) { $0.drain = .untilResumed }
    #expect(rig.keys(4) == ["b", "b", "b"])
    rig.queue.finished(running.entry.id, now: rig.now)
    #expect(rig.keys(1) == [])
    let end = rig.now + .seconds(1)
    rig.queue.control("held", now: rig.now) { $0.drain = .until(end) }
    #expect(rig.keys(1) == [])
    #expect(rig.lastIdle == .idle(until: end, .blocked))
    rig.wait(.seconds(1))
    #expect(rig.keys(3) == ["a", "a"])
  }

  @Test("a limit of concurrency counts offers and running tasks, and frees slots as they end")
  func limit() throws {
    var rig = rig()
    rig.queue.control("held", now: rig.now) { $0.limit = 1 }
    let claim = rig.claim()
    let running = try #require(claim)
    #expect(running.lane.fairnessKey == "a")
    #expect(rig.keys(4) == ["b", "b", "b"])
    rig.queue.finished(running.entry.id, now: rig.now)
    #expect(rig.keys(4) == ["a", "a"])
  }

  @Test("a rate limit names the moment of the next task")
  func rate() {
    var rig = rig()
    rig.queue.control("held", now: rig.now) { $0.rate = TokenBucket(capacity: 1, refillPerSecond: 0.5, at: rig.now) }
    #expect(rig.keys(6) == ["a", "b", "b", "b"])
    #expect(rig.lastIdle == .idle(until: rig.now + .seconds(2), .blocked))
    rig.wait(.seconds(2))
    #expect(rig.keys(2) == ["a"])
    // A clock that jumps far ahead fills no more than the bucket.
    rig.wait(.seconds(100_000))
    #expect(rig.keys(2) == ["a"])
  }

  @Test("the gate of the whole queue holds every class")
  func whole() {
    var rig = rig()
    rig.queue.control { $0.pause = .untilResumed }
    #expect(rig.keys(1) == [])
    #expect(rig.lastIdle == .idle(until: nil, .held(.paused(until: nil))))
    rig.queue.control {
      $0.pause = nil
      $0.limit = 2
    }
    let claims = (0..<3).compactMap { _ in rig.claim()?.lane.fairnessKey }
    #expect(claims == ["a", "a"])
    #expect(rig.lastIdle == .idle(until: nil, .held(.limit(2))))
  }

  @Test("a task that waited and goes on takes a slot of its class")
  func resumedTask() {
    var rig = rig()
    let bucket = TokenBucket(capacity: 1, refillPerSecond: 0.01, at: rig.now)
    rig.queue.control("held", now: rig.now) {
      $0.limit = 1
      $0.rate = bucket
    }
    rig.queue.resumed(TaskID("elsewhere"), in: "held", now: rig.now)
    #expect(rig.keys(1) == ["b"])
    rig.queue.finished(TaskID("elsewhere"), now: rig.now)
    #expect(rig.keys(1) == ["a"])
  }

  @Test("a task that is lost or put back uses neither slot, rate nor share")
  func undo() throws {
    var rig = rig()
    rig.queue.control("held", now: rig.now) {
      $0.limit = 1
      $0.rate = TokenBucket(capacity: 1, refillPerSecond: 0.001, at: rig.now)
    }
    guard case .claim(let first, _) = rig.decide() else { throw NothingOffered() }
    rig.queue.putBack(first.id, now: rig.now)
    guard case .claim(let again, _) = rig.decide() else { throw NothingOffered() }
    #expect(again == first)
    rig.steal(first.id)
    rig.queue.lost(first.id, now: rig.now)
    #expect(rig.keys(5) == ["a", "b", "b", "b"])
    #expect(rig.queue.lanes[QueueLane("a", 1, in: "held")]?.count == 1)
  }
}
