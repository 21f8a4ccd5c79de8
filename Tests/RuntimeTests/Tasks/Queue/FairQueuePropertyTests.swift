import Testing

@testable import SCRRuntime

/// Random histories against what must hold whatever happens.
@Suite("Fair queue: random histories", .timeLimit(.minutes(2)))
struct FairQueuePropertyTests {
  private struct History {
    var random: RepeatableRandom
    var rig: QueueRig
    var offered: [QueuedTask] = []
    var lane: [TaskID: QueueLane] = [:]
    var running: [TaskID] = []
    var claimed: Set<TaskID> = []
    var stolen: Set<TaskID> = []
    var lastNumber: [QueueLane: Int64] = [:]
    /// Tasks that may come late: they were put back or passed over.
    var excused: Set<TaskID> = []

    init(seed: UInt64, laneLimit: Int) {
      random = RepeatableRandom(seed: seed)
      rig = QueueRig(
        FairQueueRules(
          ageingStep: .seconds(20), maximumWait: .seconds(90), windowSize: 3, laneLimit: laneLimit))
    }

    mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    mutating func step() {
      switch pick(12) {
      case 0...3: submit()
      case 4...6: ask()
      case 7: answer()
      case 8: end()
      case 9: control()
      case 10: rig.wait(.milliseconds(pick(8) == 0 ? -5000 : pick(9000)))
      default:
        let server = ["x", "y"][pick(2)]
        if pick(2) == 0 { rig.queue.notReady(server) } else { rig.queue.ready(server, now: rig.now) }
      }
    }

    mutating func submit() {
      let key = QueueLane("k\(pick(4))", 1 + pick(5), in: "c\(pick(3))")
      let entry = rig.submit(key, servers: pick(5) == 0 ? ["x"] : pick(5) == 0 ? ["y"] : [], quietly: pick(50) == 0)
      lane[entry.id] = key
    }

    mutating func ask() {
      guard offered.count < 4, case .claim(let entry, let key) = rig.decide() else { return }
      #expect(lane[entry.id] == key)
      #expect(!claimed.contains(entry.id) && !offered.contains { $0.id == entry.id }, "\(entry.id) twice")
      offered.append(entry)
    }

    mutating func answer() {
      guard !offered.isEmpty else { return }
      let entry = offered.remove(at: 0)
      switch pick(6) {
      case 0:
        rig.queue.putBack(entry.id, now: rig.now)
        excused.insert(entry.id)
      case 1:
        rig.steal(entry.id)
        stolen.insert(entry.id)
        rig.queue.lost(entry.id, now: rig.now)
      case 2 where !entry.serverNames.isEmpty:
        rig.queue.skipped(entry.id, servers: entry.serverNames, now: rig.now)
        excused.insert(entry.id)
      default: claim(entry)
      }
    }

    mutating func claim(_ entry: QueuedTask) {
      guard let key = lane[entry.id] else { return }
      rig.steal(entry.id)
      rig.queue.claimed(entry.id, now: rig.now)
      #expect(claimed.insert(entry.id).inserted, "\(entry.id) was claimed twice")
      running.append(entry.id)
      if entry.serverNames.isEmpty, !excused.contains(entry.id) {
        #expect(lastNumber[key] ?? 0 < entry.number, "out of order in \(key)")
        lastNumber[key] = entry.number
      }
    }

    mutating func end() {
      guard !running.isEmpty else { return }
      rig.queue.finished(running.remove(at: pick(running.count)), now: rig.now)
    }

    mutating func control() {
      let (kind, limit, end) = (pick(5), pick(3), rig.now + .milliseconds(pick(20_000)))
      rig.queue.control("c\(pick(3))", now: rig.now) { gate in
        switch kind {
        case 0: gate.pause = .until(end)
        case 1: gate.limit = limit
        case 2: gate.drain = gate.drain == nil ? .untilResumed : nil
        default: (gate.pause, gate.limit, gate.drain) = (nil, nil, nil)
        }
      }
      _ = rig.queue.setWeight(1 + pick(9), of: "k\(pick(4))")
    }

    /// Opens everything; what is queued then must all come out.
    mutating func finish() {
      for name in ["c0", "c1", "c2"] {
        rig.queue.control(name, now: rig.now) { ($0.pause, $0.limit, $0.drain) = (nil, nil, nil) }
      }
      for entry in offered { claim(entry) }
      offered = []
      for id in running { rig.queue.finished(id, now: rig.now) }
      for server in ["x", "y"] { rig.queue.ready(server, now: rig.now) }
      while case .claim(let entry, _) = rig.decide() {
        excused.insert(entry.id)
        claim(entry)
        rig.queue.finished(entry.id, now: rig.now)
      }
    }
  }

  @Test("nothing is lost, nothing comes twice, a lane keeps its order", arguments: 1...16 as ClosedRange<UInt64>)
  func invariants(seed: UInt64) {
    var history = History(seed: seed, laneLimit: seed.isMultiple(of: 2) ? 4096 : 7)
    for _ in 0..<1000 { history.step() }
    history.finish()
    // What was submitted behind the queue's back is found by those alone that read the store again.
    let silent = history.rig.queued.keys
    #expect(silent.allSatisfy { !history.claimed.contains($0) })
    history.rig = Self.restarted(history.rig)
    history.finish()
    #expect(history.claimed.union(history.stolen) == Set(history.lane.keys))
    #expect(history.rig.queue.lanes.isEmpty && history.rig.queue.offers.isEmpty)
  }

  private static func restarted(_ rig: QueueRig) -> QueueRig {
    var rig = rig
    rig.queue = FairQueue(rig.queue.rules)
    return rig
  }

  @Test(
    "with everything backlogged each key's turns are its share, within one turn",
    arguments: 1...4 as ClosedRange<UInt64>)
  func shares(seed: UInt64) {
    var random = RepeatableRandom(seed: seed)
    var rig = QueueRig()
    var weights: [String: Int] = [:]
    for number in 0..<6 {
      let key = "k\(number)"
      weights[key] = Int.random(in: 1...20, using: &random)
      rig.weigh(weights[key] ?? 1, key)
      for _ in 0..<600 { rig.submit(QueueLane(key)) }
    }
    let total = weights.values.reduce(0, +)
    let keys = rig.keys(600)
    for (key, weight) in weights {
      let share = Double(600 * weight) / Double(total)
      #expect(abs(Double(keys.count { $0 == key }) - share) <= 2, "\(key) with weight \(weight) of \(total)")
    }
  }
}
