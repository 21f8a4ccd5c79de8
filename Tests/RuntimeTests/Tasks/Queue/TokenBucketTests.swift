import SCRProtocol
import Testing

@testable import SCRRuntime

@Suite("Token bucket")
struct TokenBucketTests {
  private static func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

  @Test("a burst up to the capacity, then one for each refill")
  func bursts() {
    var bucket = TokenBucket(capacity: 2, refillPerSecond: 10, at: Self.at(0))
    let taken = [0, 0, 0, 50, 100, 100, 200].map { bucket.take(now: Self.at($0)) }
    #expect(taken == [true, true, false, false, true, false, true])
    #expect(bucket.nextAt(now: Self.at(200)) == Self.at(300))
    #expect(bucket.nextAt(now: Self.at(10_000)) == nil)
  }

  @Test("the moment that is named is the moment that works")
  func nextAt() throws {
    var random = RepeatableRandom(seed: 7)
    for _ in 0..<500 {
      let rate = Double.random(in: 0.001...50, using: &random)
      var bucket = TokenBucket(capacity: 1, refillPerSecond: rate, at: Self.at(0))
      let now = Self.at(.random(in: 0...100, using: &random))
      let first = bucket.take(now: now)
      let next = try #require(bucket.nextAt(now: now))
      var early = bucket
      let taken = [first, early.take(now: Self.at(next.milliseconds - 1)), bucket.take(now: next)]
      #expect(taken == [true, false, true])
    }
  }

  @Test("a clock that is set back fills nothing and blocks nothing")
  func clockBack() {
    var bucket = TokenBucket(capacity: 1, refillPerSecond: 1, at: Self.at(1_000_000))
    let taken = [1_000_000, 0, 1000].map { bucket.take(now: Self.at($0)) }
    #expect(taken == [true, false, true])
  }

  @Test("what is given back can be taken again, never more than the capacity")
  func giveBack() {
    var bucket = TokenBucket(capacity: 1, refillPerSecond: 1, at: Self.at(0))
    bucket.giveBack()
    let taken = [bucket.take(now: Self.at(0)), bucket.take(now: Self.at(0))]
    bucket.giveBack()
    #expect(taken + [bucket.take(now: Self.at(0))] == [true, false, true])
  }

  @Test("it comes back from JSON as it was, and nonsense does not")
  func json() throws {
    var bucket = TokenBucket(capacity: 5, refillPerSecond: 0.25, at: Self.at(12))
    _ = bucket.take(now: Self.at(13))
    #expect(TokenBucket(json: bucket.json) == bucket)
    let broken: [JSONValue] = [
      nil, [:], ["capacity": 5, "refillPerSecond": 1, "level": 6, "at": 0],
      ["capacity": 0, "refillPerSecond": 1, "level": 0, "at": 0],
      ["capacity": 1, "refillPerSecond": 0, "level": 0, "at": 0],
      ["capacity": 1, "refillPerSecond": 1, "level": -2, "at": 0],
      ["capacity": 1, "refillPerSecond": 1, "level": 1, "at": "now"],
    ]
    #expect(broken.allSatisfy { TokenBucket(json: $0) == nil })
  }
}
