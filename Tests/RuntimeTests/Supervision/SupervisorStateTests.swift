import Testing

@testable import SCRRuntime

/// What OTP has no word for, since it does one thing after the other: events in the midst of others.
@Suite("The rules of a supervisor while something is under way")
struct SupervisorStateTests {
  private static let now = Timestamp(milliseconds: 1_700_000_000_000)
  private static let pause = Duration.milliseconds(100)

  private func state(_ flags: SupervisorFlags, _ specs: [ChildSpec]) throws -> SupervisorState {
    var state = SupervisorState(name: "s", flags: flags)
    for spec in specs { _ = try state.start(spec, at: Self.now) }
    return state
  }

  private func spec(
    _ id: String, _ restart: RestartPolicy = .permanent, significant: Bool = false, start: StartRule = .atOnce
  ) -> ChildSpec {
    ChildSpec(
      id: id, restart: restart, start: start, isSignificant: significant,
      backoff: RestartBackoff(first: Self.pause, jitter: 0)
    ) { _ in }
  }

  /// Without the reports.
  private func end(
    _ state: inout SupervisorState, _ id: String, _ generation: Int, _ reason: ExitReason = .error("x")
  ) -> [SupervisorState.Action] {
    state.ended(id, generation, reason, at: Self.now, chance: 0).filter {
      if case .report = $0 { false } else { true }
    }
  }

  @Test func `a significant child in its pause has not ended`() throws {
    var state = try state(
      SupervisorFlags(autoShutdown: .allSignificant),
      [spec("a", .transient, significant: true), spec("b", .transient, significant: true)])
    #expect(end(&state, "a", 1) == [.setTimer(.restart(id: "a", generation: 1), Self.pause)])
    #expect(end(&state, "b", 2, .normal) == [.settled(id: "b")])
    #expect(state.fired(.restart(id: "a", generation: 1), at: Self.now) == [.start(id: "a", generation: 3)])
    #expect(end(&state, "a", 3, .normal) == [.settled(id: "a"), .settled(id: "b"), .ended(.autoShutdown)])
  }

  @Test func `an exit in the midst of a group's restart joins it, and the pause begins anew`() throws {
    var state = try state(SupervisorFlags(strategy: .restForOne), ["a", "b", "c"].map { spec($0) })
    #expect(
      end(&state, "b", 2) == [
        .setTimer(.group(1), Self.pause), .cancel(generation: 3), .setTimer(.stop(id: "c", generation: 3), .seconds(5)),
      ])
    #expect(end(&state, "a", 1) == [.dropTimer(.group(1)), .setTimer(.group(2), Self.pause)])
    #expect(state.fired(.group(1), at: Self.now) == [])
    #expect(end(&state, "c", 3, .cancelled) == [.dropTimer(.stop(id: "c", generation: 3))])
    #expect(
      state.fired(.group(2), at: Self.now) == [
        .start(id: "a", generation: 4), .start(id: "b", generation: 5), .start(id: "c", generation: 6),
      ])
    #expect(state.headroom(at: Self.now) == 8)
  }

  @Test func `a group waits while too many children cannot be stopped`() throws {
    var state = try state(
      SupervisorFlags(strategy: .oneForAll, maxStuck: 1), [spec("a"), spec("b")])
    _ = end(&state, "b", 2)
    _ = state.fired(.stop(id: "a", generation: 1), at: Self.now)
    #expect(state.fired(.group(1), at: Self.now) == [.setTimer(.group(2), .seconds(1))])
    #expect(end(&state, "a", 1) == [])
    #expect(
      state.fired(.group(2), at: Self.now) == [.start(id: "a", generation: 3), .start(id: "b", generation: 4)])
  }

  @Test func `a child that is stopped for good is not brought back by a sibling`() throws {
    var state = try state(SupervisorFlags(strategy: .oneForAll), [spec("a"), spec("b")])
    _ = try state.terminate("a", at: Self.now)
    _ = end(&state, "b", 2)
    #expect(end(&state, "a", 1, .cancelled) == [.dropTimer(.stop(id: "a", generation: 1)), .settled(id: "a")])
    #expect(state.fired(.group(1), at: Self.now) == [.start(id: "b", generation: 3)])
    #expect(state.views.map(\.state) == [.stopped, .running])
  }

  @Test func `a child that is stopped in a group's pause stays down`() throws {
    var state = try state(SupervisorFlags(strategy: .oneForAll), [spec("a"), spec("b")])
    _ = end(&state, "b", 2)
    _ = end(&state, "a", 1, .cancelled)
    #expect(state.views.map(\.state) == Array(repeating: .restarting(until: Self.now + Self.pause), count: 2))
    #expect(try state.terminate("a", at: Self.now) == [.settled(id: "a")])
    #expect(state.fired(.group(1), at: Self.now) == [.start(id: "b", generation: 3)])
  }

  @Test func `a new child waits behind a group's restart, and is told when the supervisor stops instead`() throws {
    var state = try state(SupervisorFlags(strategy: .oneForAll), [spec("a")])
    _ = end(&state, "a", 1)
    #expect(try state.start(spec("b", start: .whenReady), at: Self.now) == [])
    #expect(
      state.stop(at: Self.now) == [
        .dropTimer(.group(1)), .settled(id: "a"), .startFailed(id: "b", .shutdown), .settled(id: "b"),
        .ended(.stopped),
      ])
  }

  @Test func `a timer or an end of an earlier life does nothing`() throws {
    var state = try state(SupervisorFlags(), [spec("a")])
    _ = end(&state, "a", 1)
    _ = state.fired(.restart(id: "a", generation: 1), at: Self.now)
    #expect(state.fired(.restart(id: "a", generation: 1), at: Self.now) == [])
    #expect(state.fired(.stop(id: "a", generation: 1), at: Self.now) == [])
    #expect(state.ready("a", 1, at: Self.now) == [])
    #expect(end(&state, "a", 1) == [])
    let finding = Watchdog.Finding(id: "a", generation: 1, cause: .silent)
    #expect(state.silent(finding, at: Self.now, chance: 0) == [])
    #expect(state.views.map(\.state) == [.running])
  }

  @Test func `who is to stop already is left to its timer when it falls silent`() throws {
    var state = try state(SupervisorFlags(), [spec("a")])
    _ = try state.terminate("a", at: Self.now)
    let finding = Watchdog.Finding(id: "a", generation: 1, cause: .silent)
    #expect(state.silent(finding, at: Self.now, chance: 0) == [])
    #expect(state.views.map(\.state) == [.stopping])
  }

  @Test func `stopping twice is stopping once, and a stopping supervisor starts nothing`() throws {
    var state = try state(SupervisorFlags(), [spec("a")])
    #expect(state.stop(at: Self.now).count == 2)
    #expect(state.stop(at: Self.now) == [])
    #expect(try state.terminate("a", at: Self.now) == [])
    #expect(throws: SupervisorError.self) { try state.start(spec("b"), at: Self.now) }
    #expect(end(&state, "a", 1, .cancelled).last == .ended(.stopped))
  }
}
