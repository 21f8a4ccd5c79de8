import Testing

@testable import SCRRuntime

@Suite("A supervisor keeps OTP's rules through random histories")
struct SupervisorModelTests {
  private static let epoch = Timestamp(milliseconds: 1_700_000_000_000)

  @Test(arguments: 0..<30)
  func `each event leads to what OTP's rules lead to`(round: Int) {
    for seed in UInt64(round * 100)..<UInt64(round * 100 + 100) {
      guard let difference = compare(seed) else { continue }
      Issue.record("seed \(seed): \(difference)")
      return
    }
  }

  /// - Returns: where the supervisor and the model part, in words.
  private func compare(_ seed: UInt64) -> String? {
    var random = SeededGenerator(seed: seed)
    let flags = random.flags()
    var driver = SupervisorDriver(flags: flags, now: Self.epoch)
    var model = OTPModel(flags: flags)
    var told = ["\(flags)"]
    for _ in 0..<40 {
      let event = random.event()
      told.append("\(event)")
      let (answer, expected) = apply(event, &driver, &model)
      driver.settle()
      let outcome = answer.code ?? answer.id.flatMap { driver.failedStarts[$0] == nil ? nil : .startFailed }
      let found = Summary(driver, outcome)
      let wanted = Summary(model, expected)
      if found != wanted || !driver.faults.isEmpty {
        return "\(driver.faults)\n  found  \(found)\n  wanted \(wanted)\n  after \(told.joined(separator: "\n    "))"
      }
    }
    driver.stop()
    driver.settle()
    for life in driver.lives.keys.sorted() { driver.endLate(life) }
    let isClean = driver.faults.isEmpty && driver.end != nil && driver.state.stuck.isEmpty
    return isClean && driver.reports.count == driver.starts
      ? nil : "\(driver.faults), \(driver.starts) lives and \(driver.reports.count) reports, end \(driver.end as Any)"
  }

  private struct Summary: Equatable {
    let trace: [String]
    let running: [String]
    let resting: [String]
    let end: SupervisorEnd?
    let refusal: SupervisorError.Code?

    init(_ driver: SupervisorDriver, _ refusal: SupervisorError.Code?) {
      let children = driver.state.children.values.sorted { $0.order < $1.order }
      trace = driver.trace
      running = children.filter { $0.phase == .up }.map(\.spec.id)
      resting = children.filter { $0.phase == .down && $0.wish == .rest }.map(\.spec.id)
      end = driver.end
      self.refusal = refusal
    }

    init(_ model: OTPModel, _ refusal: SupervisorError.Code?) {
      trace = model.trace
      running = model.children.filter(\.isRunning).map(\.id)
      resting = model.children.filter { !$0.isRunning }.map(\.id)
      end = model.end
      self.refusal = refusal
    }
  }

  private typealias Answer = (code: SupervisorError.Code?, id: String?)

  private func apply(
    _ event: HistoryEvent, _ driver: inout SupervisorDriver, _ model: inout OTPModel
  ) -> (Answer, SupervisorError.Code?) {
    switch event {
    case .start(let spec):
      let child = OTPModel.Child(id: spec.id, restart: spec.restart, isSignificant: spec.isSignificant)
      return ((driver.start(spec), spec.id), model.start(child))
    case .terminate(let id): return ((driver.terminate(id), nil), model.terminate(id))
    case .restart(let id): return ((driver.restart(id), id), model.restart(id))
    case .delete(let id): return ((driver.delete(id), nil), model.delete(id))
    case .exit(let id, let reason):
      driver.exit(id, reason)
      model.exit(id, isAbnormal: reason.isAbnormal, at: driver.now)
    case .silent(let id):
      driver.fallSilent(id)
      model.exit(id, isAbnormal: true, at: driver.now)
    case .failNextStarts(let id, let count):
      driver.failures[id] = count
      model.failures[id] = count
    case .manner(let id, let manner): driver.manners[id] = manner
    case .advance(let time): driver.now = driver.now + time
    case .lateEnd: driver.lives.keys.sorted().first { driver.lives[$0]?.isFenced == true }.map { driver.endLate($0) }
    case .stop:
      driver.stop()
      model.stop()
    }
    return ((nil, nil), nil)
  }

  @Test(arguments: 0..<30)
  func `whatever happens in the midst of it, nothing runs twice, order is kept and it comes to rest`(round: Int) {
    for seed in UInt64(10_000 + round * 100)..<UInt64(10_000 + round * 100 + 100) {
      guard let fault = disturb(seed) else { continue }
      Issue.record("seed \(seed): \(fault)")
      return
    }
  }

  /// Events come while others are being dealt with, and what is ready to happen happens in any order.
  private func disturb(_ seed: UInt64) -> String? {
    var random = SeededGenerator(seed: seed)
    var driver = SupervisorDriver(flags: random.flags(), now: Self.epoch)
    var model = OTPModel(flags: driver.state.flags)
    var told = ["\(driver.state.flags)"]
    for _ in 0..<120 {
      if random.chance(3) {
        let event = random.event()
        told.append("\(event)")
        _ = apply(event, &driver, &model)
      } else if random.chance(4) {
        driver.fireTimer { Int.random(in: 0..<$0, using: &random) }
      } else {
        _ = driver.step { Int.random(in: 0..<$0, using: &random) }
      }
    }
    driver.stop()
    var steps = 0
    while steps < 10_000, driver.step(choosing: { Int.random(in: 0..<$0, using: &random) }) { steps += 1 }
    for life in driver.lives.keys.sorted() { driver.endLate(life) }
    let isAtRest = driver.end != nil && driver.isQuiet && driver.state.children.isEmpty && driver.lives.isEmpty
    if driver.faults.isEmpty, isAtRest, driver.reports.count == driver.starts, driver.state.alive == 0 { return nil }
    return """
      \(driver.faults), end \(driver.end as Any), \(driver.starts) lives, \(driver.reports.count) reports, left \
      \(driver.state.childIDs) \(driver.lives), after
        \(told.joined(separator: "\n    "))
      """
  }
}
