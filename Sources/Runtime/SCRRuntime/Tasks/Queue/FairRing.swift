/// Weighted fairness among those that wait for one thing (start-time fair queueing): each has an account that a turn
/// charges with the turn's cost divided by its weight, and the lowest account is next.
///
/// Between two turns of a member with weight `w`, another with weight `v` has at most `v / w + 1` turns, rounded up.
/// Who was away comes back at the account it left, or at the clock if that has moved on: time away earns nothing, and
/// leaving early saves nothing.
struct FairRing: Sendable {
  private struct Rank: Comparable, Sendable {
    var account: UInt128
    /// Equal accounts take turns.
    var turn: UInt64

    static func < (left: Self, right: Self) -> Bool { (left.account, left.turn) < (right.account, right.turn) }
  }

  /// One turn of weight 1. Large, so that the quotient is exact to a millionth for the largest weight.
  private static let turnCost: UInt128 = 1_000_000_000_000

  private var waiting = IndexedHeap<String, Rank>()
  /// Accounts of members that are away and still above the clock.
  private var away = IndexedHeap<String, UInt128>()
  private let awayLimit: Int
  /// The account at which the latest turn began.
  private var clock: UInt128 = 0
  private var turns: UInt64 = 0

  /// - Parameter awayLimit: of more accounts of absent members, those that are nearest to the clock are forgotten.
  init(awayLimit: Int) { self.awayLimit = awayLimit }

  var isEmpty: Bool { waiting.isEmpty }
  var first: String? { waiting.first?.id }
  var comparisons: Int { waiting.comparisons + away.comparisons }

  func contains(_ id: String) -> Bool { waiting[id] != nil }

  mutating func enter(_ id: String) {
    guard waiting[id] == nil else { return }
    let account = away.remove(id) ?? clock
    waiting.put(id, Rank(account: max(account, clock), turn: nextTurn()))
  }

  mutating func leave(_ id: String) {
    guard let rank = waiting.remove(id), rank.account > clock else { return }
    away.put(id, rank.account)
    if away.count > awayLimit { _ = away.popFirst { _ in true } }
  }

  /// The member has its turn, whether or not it was the first.
  mutating func charge(_ id: String, weight: Int) {
    let start = account(of: id) ?? clock
    // A turn out of order must not move the clock past those that still wait.
    clock = max(clock, min(start, waiting.first?.rank.account ?? start))
    set(id, start + Self.turnCost / UInt128(weight))
    while away.popFirst(where: { $0 <= clock }) != nil {}
  }

  /// The turn came to nothing.
  mutating func refund(_ id: String, weight: Int) {
    guard let account = account(of: id) else { return }
    let cost = Self.turnCost / UInt128(weight)
    set(id, max(clock, account > cost ? account - cost : 0))
  }

  /// What is still owed counts by the new weight from now on.
  mutating func reweigh(_ id: String, from old: Int, to new: Int) {
    guard let account = account(of: id), account > clock else { return }
    set(id, clock + (account - clock) * UInt128(old) / UInt128(new))
  }

  private func account(of id: String) -> UInt128? { waiting[id]?.account ?? away[id] }

  private mutating func set(_ id: String, _ account: UInt128) {
    if waiting[id] != nil {
      waiting.put(id, Rank(account: account, turn: nextTurn()))
    } else {
      away.put(id, account)
    }
  }

  private mutating func nextTurn() -> UInt64 {
    turns += 1
    return turns
  }
}
