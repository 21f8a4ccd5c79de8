@testable import SCRRuntime

/// What may happen to a supervisor, drawn by chance.
enum HistoryEvent: CustomStringConvertible {
  case start(ChildSpec)
  case exit(String, ExitReason)
  case silent(String)
  case terminate(String)
  case restart(String)
  case delete(String)
  case failNextStarts(String, Int)
  case manner(String, SupervisorDriver.Manner)
  case advance(Duration)
  case lateEnd
  case stop

  var description: String {
    switch self {
    case .start(let spec): "start \(spec.id) \(spec.restart) \(spec.shutdown) significant: \(spec.isSignificant)"
    case .exit(let id, let reason): "exit \(id) \(reason)"
    case .silent(let id): "silent \(id)"
    case .terminate(let id): "terminate \(id)"
    case .restart(let id): "restart \(id)"
    case .delete(let id): "delete \(id)"
    case .failNextStarts(let id, let count): "next \(count) starts of \(id) fail"
    case .manner(let id, let manner): "\(id) becomes \(manner)"
    case .advance(let time): "\(time) pass"
    case .lateEnd: "a stuck child ends"
    case .stop: "stop"
    }
  }
}

extension SeededGenerator {
  private static let ids = ["a", "b", "c", "d", "e"]

  mutating func flags() -> SupervisorFlags {
    SupervisorFlags(
      strategy: pick([.oneForOne, .oneForAll, .restForOne, .dynamic]),
      intensity: RestartIntensity(restarts: Int.random(in: 0...6, using: &self), within: .seconds(5)),
      autoShutdown: pick([.never, .never, .anySignificant, .allSignificant]), maxChildren: pick([3, 5, 5]),
      maxStuck: 10_000)
  }

  mutating func event() -> HistoryEvent {
    let id = pick(Self.ids)
    switch Int.random(in: 0..<100, using: &self) {
    case 0..<24: return .start(spec(id))
    case 24..<54: return .exit(id, pick([.normal, .shutdown, .cancelled, .error("x"), .error("y"), .error("z")]))
    case 54..<60: return .silent(id)
    case 60..<68: return .terminate(id)
    case 68..<74: return .restart(id)
    case 74..<77: return .delete(id)
    case 77..<84: return .failNextStarts(id, Int.random(in: 1...3, using: &self))
    case 84..<90: return .manner(id, pick(SupervisorDriver.Manner.allCases))
    case 90..<97: return .advance(.seconds(Int.random(in: 1...4, using: &self)))
    case 97..<99: return .lateEnd
    default: return .stop
    }
  }

  private mutating func spec(_ id: String) -> ChildSpec {
    ChildSpec(
      id: id, restart: pick([.permanent, .permanent, .transient, .transient, .temporary]),
      shutdown: pick([.timeout(.seconds(1)), .timeout(.zero), .brutal]), start: .whenReady, isSignificant: chance(4),
      backoff: .none
    ) { _ in }
  }
}
