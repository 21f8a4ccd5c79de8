import SCRTestSupport

@testable import SCRRuntime

struct Crash: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// A supervisor on a clock that only the test moves, and its reports.
struct SupervisorRig: Sendable {
  let clock = ManualClock()
  let reports = Signal<ExitReport>()

  func supervisor(_ flags: SupervisorFlags = SupervisorFlags(), name: String = "test") -> Supervisor {
    Supervisor(name: name, flags: flags, clock: clock) { [reports] in reports.fire($0) }
  }

  /// Without a body: one that waits until it is cancelled.
  func child(
    _ restart: RestartPolicy, id: String = "c", _ body: @escaping @Sendable () async throws -> Void = waiting
  ) -> ChildSpec {
    ChildSpec(id: id, restart: restart, backoff: Self.steady, body: body)
  }

  static let waiting: @Sendable () async throws -> Void = { try await Gate().pass() }
  static let steady = RestartBackoff(first: .milliseconds(100), longest: .seconds(1), jitter: 0)

  /// The reports in words.
  var told: [String] { reports.all.map(\.words) }
  func told(_ count: Int) async -> [String] { await reports.values(count).map(\.words) }
}

extension ExitReport {
  var words: String { "\(offender.id) \(context) \(reason) \(consequence)" }
}

/// The code of what was thrown.
func refusal(
  _ body: () async throws -> Void
) async -> SupervisorError.Code? {
  do { try await body() } catch { return (error as? SupervisorError)?.code }
  return nil
}

extension Supervisor {
  /// The task of one life, which ends when the life really does and the supervisor knows of it.
  func endOfLife(_ generation: Int) -> Task<Void, Never> { task(of: generation) ?? Task {} }
}
