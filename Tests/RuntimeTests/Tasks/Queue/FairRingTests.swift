import Testing

@testable import SCRRuntime

@Suite("Fair ring")
struct FairRingTests {
  private static func turns(_ ring: inout FairRing, _ count: Int, _ weights: [String: Int] = [:]) -> [String] {
    (0..<count).compactMap { _ in
      guard let first = ring.first else { return nil }
      ring.charge(first, weight: weights[first] ?? 1)
      return first
    }
  }

  private static func ring(_ members: String...) -> FairRing {
    var ring = FairRing(awayLimit: 8)
    for member in members { ring.enter(member) }
    return ring
  }

  @Test("equal weights take turns")
  func turns() {
    var ring = Self.ring("a", "b", "c")
    #expect(Self.turns(&ring, 7) == ["a", "b", "c", "a", "b", "c", "a"])
  }

  @Test("turns are shared by weight")
  func weights() {
    var ring = Self.ring("a", "b")
    let turns = Self.turns(&ring, 4000, ["a": 3])
    #expect(turns.count { $0 == "a" } == 3000)
    #expect(turns.prefix(8) == ["a", "b", "a", "a", "a", "b", "a", "a"])
  }

  @Test("weights of a hundred thousand to one leave the small one its share")
  func extremes() {
    var ring = Self.ring("big", "small")
    let turns = Self.turns(&ring, 200_004, ["big": 100_000])
    #expect(turns.indices.filter { turns[$0] == "small" } == [1, 100_001, 200_002])
  }

  @Test("time away earns no credit")
  func idle() {
    var ring = Self.ring("a", "b")
    ring.leave("b")
    _ = Self.turns(&ring, 1000)
    ring.enter("b")
    #expect(Self.turns(&ring, 6) == ["b", "a", "b", "a", "b", "a"])
  }

  @Test("leaving after each turn and coming back saves nothing")
  func leaving() {
    var ring = Self.ring("a", "b", "c")
    var turns: [String] = []
    for _ in 0..<300 {
      guard let first = ring.first else { break }
      turns.append(first)
      ring.charge(first, weight: 1)
      if first == "c" {
        ring.leave("c")
        ring.enter("c")
      }
    }
    #expect(turns.count { $0 == "c" } == 100)
  }

  @Test("a turn that came to nothing is given back")
  func refund() {
    var ring = Self.ring("a", "b")
    #expect(Self.turns(&ring, 1) == ["a"])
    ring.refund("a", weight: 1)
    ring.leave("b")
    ring.enter("b")
    #expect(Set(Self.turns(&ring, 2)) == ["a", "b"])
  }

  @Test("a weight that is raised makes an old debt smaller")
  func reweigh() {
    var ring = Self.ring("a", "b")
    _ = Self.turns(&ring, 2, ["b": 1_000_000])
    // a would be next only after a million turns of b.
    ring.reweigh("a", from: 1, to: 1_000_000)
    let turns = Self.turns(&ring, 10, ["a": 1_000_000, "b": 1_000_000])
    #expect(turns.count { $0 == "a" } == 5)
  }

  @Test("of too many absent accounts those that owe least are forgotten")
  func bound() {
    var ring = FairRing(awayLimit: 2)
    for name in ["a", "b", "c", "d"] {
      ring.enter(name)
    }
    // Debts of 1, 1/2 and 1/4 turns.
    ring.charge("a", weight: 1)
    ring.charge("b", weight: 2)
    ring.charge("c", weight: 4)
    for name in ["a", "b", "c"] { ring.leave(name) }
    for name in ["a", "b", "c"] { ring.enter(name) }
    #expect(Self.turns(&ring, 3, ["d": 1]).prefix(2) == ["d", "c"])
  }
}
