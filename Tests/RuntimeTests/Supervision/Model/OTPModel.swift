import SCRRuntime

/// OTP's documented rules, written down a second time and as OTP runs them: one event after the other, each to its end.
/// It knows neither pauses nor time to stop, so it speaks of histories in which both have no length.
struct OTPModel {
  struct Child: Equatable {
    let id: String
    let restart: RestartPolicy
    let isSignificant: Bool
    var isRunning = false
  }

  let flags: SupervisorFlags
  /// In the order of start.
  private(set) var children: [Child] = []
  /// What was started, what failed to start and what was told to stop, in order.
  private(set) var trace: [String] = []
  private(set) var end: SupervisorEnd?
  /// How many of the next starts of a child fail.
  var failures: [String: Int] = [:]
  private var restarts: [Timestamp] = []

  init(flags: SupervisorFlags) { self.flags = flags }

  // MARK: Requests; each gives the code of its refusal

  mutating func start(_ child: Child) -> SupervisorError.Code? {
    if child.isSignificant, flags.autoShutdown == .never || child.restart == .permanent { return .badCombination }
    if end != nil { return .stopping }
    if place(of: child.id) != nil { return .taken }
    if children.count == flags.maxChildren { return .full }
    guard begin(child.id) else { return .startFailed }
    children.append(child)
    children[children.count - 1].isRunning = true
    return nil
  }

  mutating func terminate(_ id: String) -> SupervisorError.Code? {
    guard let place = place(of: id) else { return .notFound }
    halt(place)
    if isForgotten(children[place]) { children.remove(at: place) }
    return nil
  }

  mutating func restart(_ id: String) -> SupervisorError.Code? {
    guard let place = place(of: id) else { return .notFound }
    if children[place].isRunning { return .running }
    guard begin(id) else { return .startFailed }
    children[place].isRunning = true
    return nil
  }

  mutating func delete(_ id: String) -> SupervisorError.Code? {
    guard let place = place(of: id) else { return .notFound }
    if children[place].isRunning { return .running }
    children.remove(at: place)
    return nil
  }

  mutating func stop() {
    if end == nil { shutDown(.stopped) }
  }

  // MARK: Exits

  mutating func exit(_ id: String, isAbnormal: Bool, at now: Timestamp) {
    guard end == nil, let place = place(of: id), children[place].isRunning else { return }
    children[place].isRunning = false
    let child = children[place]
    let comesBack = child.restart == .permanent || (child.restart == .transient && isAbnormal)
    if comesBack { return bringBack(id, at: now) }
    if isForgotten(child) { children.remove(at: place) }
    let isLast = !children.contains { $0.isSignificant && $0.isRunning }
    switch flags.autoShutdown {
    case .anySignificant where child.isSignificant: shutDown(.autoShutdown)
    case .allSignificant where child.isSignificant && isLast: shutDown(.autoShutdown)
    default: break
    }
  }

  /// Each turn is one restart that counts: the first, or the next try after a start that failed.
  private mutating func bringBack(_ first: String, at now: Timestamp) {
    var id = first
    while true {
      restarts = restarts.filter { now.since($0) <= flags.intensity.period } + [now]
      if restarts.count > flags.intensity.restarts { return shutDown(.gaveUp) }
      guard let place = place(of: id) else { return }
      let group: Range<Int> =
        switch flags.strategy {
        case .oneForOne, .dynamic: place..<place + 1
        case .restForOne: place..<children.count
        case .oneForAll: 0..<children.count
        }
      for place in group.reversed() {
        halt(place)
        if children[place].restart == .temporary { children.remove(at: place) }
      }
      guard let failed = beginAll(from: group.lowerBound) else { return }
      id = failed
    }
  }

  /// - Returns: whose start failed. Those behind it are not started then.
  private mutating func beginAll(from first: Int) -> String? {
    let last = flags.strategy == .restForOne || flags.strategy == .oneForAll ? children.count : first + 1
    for place in first..<last {
      guard begin(children[place].id) else { return children[place].id }
      children[place].isRunning = true
    }
    return nil
  }

  private mutating func shutDown(_ end: SupervisorEnd) {
    let order = Array(children.indices)
    for place in flags.strategy == .dynamic ? order : order.reversed() { halt(place) }
    children = []
    self.end = end
  }

  // MARK: Steps

  private mutating func begin(_ id: String) -> Bool {
    if let left = failures[id], left > 0 {
      failures[id] = left - 1
      trace.append("fail \(id)")
      return false
    }
    trace.append("start \(id)")
    return true
  }

  private mutating func halt(_ place: Int) {
    guard children[place].isRunning else { return }
    trace.append("stop \(children[place].id)")
    children[place].isRunning = false
  }

  private func isForgotten(_ child: Child) -> Bool { child.restart == .temporary || flags.strategy == .dynamic }
  private func place(of id: String) -> Int? { children.firstIndex { $0.id == id } }
}
