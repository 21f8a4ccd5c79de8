import SCRProtocol
import Testing

@testable import SCRRuntime

@Suite("What is left of a rate limit is written ahead")
struct RateLedgerTests {
  private let start = Timestamp(milliseconds: 0)
  private let slots = 4

  private func bucket(_ capacity: Double, perSecond: Double = 1) -> TokenBucket {
    TokenBucket(capacity: capacity, refillPerSecond: perSecond, at: start)
  }

  @Test("a writing sets some aside, and the next one comes when they are used up")
  func ahead() throws {
    var (ledger, bucket) = (RateLedger(), bucket(32))
    var writings: [Int] = []
    for number in 1...11 {
      _ = bucket.take(now: start)
      guard let writing = ledger.take(bucket, slots: slots) else { continue }
      writings.append(number)
      ledger.written(writing, isDurable: true)
    }
    // The first one, and after each reserve of four.
    #expect(writings == [1, 6, 11])
  }

  @Test("what is not known to be durable covers nothing")
  func notDurable() throws {
    var (ledger, bucket) = (RateLedger(), bucket(32))
    for isDurable in [false, false, true] {
      _ = bucket.take(now: start)
      let taken = ledger.take(bucket, slots: slots)
      let writing = try #require(taken)
      ledger.written(writing, isDurable: isDurable)
    }
    _ = bucket.take(now: start)
    #expect(ledger.take(bucket, slots: slots) == nil)
  }

  @Test("writings that are under way together reach as far as the first of them")
  func together() throws {
    var (ledger, bucket) = (RateLedger(), bucket(32))
    let writings = try (0..<3).map { _ in
      _ = bucket.take(now: start)
      let taken = ledger.take(bucket, slots: slots)
      return try #require(taken)
    }
    for writing in writings.reversed() { ledger.written(writing, isDurable: true) }
    // The first was made for task 1 and reaches to 5; 4 and 5 are left.
    var free = 0
    while true {
      _ = bucket.take(now: start)
      guard ledger.take(bucket, slots: slots) == nil else { break }
      free += 1
    }
    #expect(free == 2)
  }

  @Test(
    "after a crash the limit is never wider than without it, and at most twice the reserve is lost",
    arguments: 0..<200 as Range<UInt64>)
  func crash(_ seed: UInt64) throws {
    var random = RepeatableRandom(seed: seed)
    let limits = bucket(Double(Int.random(in: 1...40, using: &random)), perSecond: 0.5)
    var (ledger, bucket, now) = (RateLedger(), limits, start)
    var stored: JSONValue?
    var underWay: [RateLedger.Writing] = []
    for _ in 0..<60 {
      now = now + .milliseconds(Int64.random(in: 0...3000, using: &random))
      if bucket.take(now: now), let writing = ledger.take(bucket, slots: slots) { underWay.append(writing) }
      // Claims that are under way at once are written in any order, but none is overtaken by more than there are slots.
      guard underWay.count >= slots || Bool.random(using: &random) else { continue }
      for writing in underWay.shuffled(using: &random) {
        let isDurable = Int.random(in: 0..<4, using: &random) > 0
        if isDurable { stored = writing.body } else { bucket.giveBack() }
        ledger.written(writing, isDurable: isDurable)
      }
      underWay = []
      // A crash now: takes whose claims are not durable yet did not happen.
      guard let stored else { continue }
      let restored = RateLedger.restored(limits, from: TokenBucket(json: stored), slots: slots, now: now)
      #expect(restored.level(now: now) <= bucket.level(now: now) + 1e-6)
      #expect(
        bucket.level(now: now) - restored.level(now: now) <= Double(RateLedger.reserve(limits, slots: slots) * 2) + 1e-6
      )
    }
  }

  @Test("without a writing the limit begins full, with another limit it begins with no more than was left")
  func restored() {
    #expect(RateLedger.restored(bucket(8), from: nil, slots: 1, now: start).level == 8)
    let low = bucket(8).lowered(to: 2)
    #expect(RateLedger.restored(bucket(100), from: low, slots: 1, now: start).level == 2)
    #expect(RateLedger.restored(bucket(4), from: bucket(8), slots: 1, now: start).level == 3)
  }
}
