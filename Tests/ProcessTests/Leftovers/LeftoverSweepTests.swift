import Foundation
import SCRTestSupport
import Testing

@testable import SCRProcess

#if os(Linux)
  import Glibc

  /// With real processes: what is left when a runtime and its guards were killed is ended, and nothing else is touched.
  @Suite(.timeLimit(.minutes(2))) struct LeftoverSweepTests {
    private let place: LedgerPlace
    init() throws { place = try LedgerPlace() }

    private func sweep() async -> [Leftover] {
      let table = ProcessTable(ledger: place.ledger)
      let swept = await table.sweepLeftovers()
      await table.stopAll()
      return swept
    }

    @Test func `what outlived a killed runtime and its killed guard is ended by the next owner`() async throws {
      let host = try BareProcess("ledger-host", place.path, "family")
      let pids = await host.recorder.family()
      try #require(Set(pids).count == 4, "\(host.recorder.lines.all)")
      let watched = Watched(pids)
      let childGuard = try #require(ProcessFacts(pids[0])).parent
      // Stopped, so that it cannot do its guard's work.
      kill(host.pid, SIGSTOP)
      kill(childGuard, SIGKILL)
      kill(host.pid, SIGKILL)
      let swept = await sweep()
      // The child died with its guard; one in a session of its own and a daemon did not. A grandchild in the group may have.
      let (group, others) = (ended([pids[1]]), ended(pids.dropFirst(2)))
      #expect(Set(swept).subtracting(group) == others)
      #expect(await watched.haveEnded())
      #expect(place.text == nil)
    }

    private func ended(_ pids: some Sequence<pid_t>) -> Set<Leftover> {
      Set(pids.map { Leftover(pid: $0, name: "stubborn-child", outcome: .killed) })
    }

    @Test func `a recorded process is ended, politely where it listens`() async throws {
      let (listening, deaf) = (try BareProcess("deaf"), try BareProcess("ignore-term"))
      _ = await deaf.recorder.lines.values(1)
      let watched = Watched([listening.pid, deaf.pid])
      try await place.record([try listening.identity, try deaf.identity, ProcessIdentity(pid: 4_000_000, start: 1)])
      #expect(
        await Set(sweep()) == [
          Leftover(pid: listening.pid, name: "stubborn-child", outcome: .terminated),
          Leftover(pid: deaf.pid, name: "stubborn-child", outcome: .killed),
        ])
      #expect(await watched.haveEnded())
    }

    @Test func `a process that merely got a recorded number is not touched`() async throws {
      let stranger = try BareProcess("deaf")
      let identity = try stranger.identity
      try await place.record([ProcessIdentity(pid: identity.pid, start: identity.start - 1)])
      #expect(await sweep() == [])
      #expect(ProcessIdentity(living: stranger.pid) == identity)
      stranger.kill()
    }

    @Test func `records of an earlier boot name nobody`() async throws {
      let stranger = try BareProcess("deaf")
      let identity = try stranger.identity
      try place.write("scr-children 1 another-boot\nchild \(identity.pid) \(identity.start)\n")
      #expect(await sweep() == [])
      #expect(ProcessIdentity(living: stranger.pid) == identity)
      stranger.kill()
    }

    @Test func `a torn last line costs no more than itself`() async throws {
      let (recorded, torn) = (try BareProcess("deaf"), try BareProcess("deaf"))
      let (first, last) = (try recorded.identity, try torn.identity)
      try await place.record([first], tail: "child \(last.pid) \(last.start)")
      #expect(await sweep().map(\.pid) == [first.pid])
      #expect(ProcessIdentity(living: torn.pid) == last)
      torn.kill()
    }

    @Test(arguments: [0o620, 0o602, 0o666])
    func `a file that others can write is not obeyed`(mode: Int) async throws {
      let stranger = try BareProcess("deaf")
      try await place.record([try stranger.identity], mode: mode)
      #expect(await sweep() == [])
      #expect(kill(stranger.pid, 0) == 0)
      #expect(place.complaints.first?.contains("not written by this user alone") == true)
      stranger.kill()
    }

    @Test func `a mark finds a process that no record names, and another mark does not`() async throws {
      let mark = ChildMark()
      let ours = try BareProcess("deaf", environment: [ChildMark.variable: mark.value(of: 3), "X": "y"])
      let other = try BareProcess("deaf", environment: [ChildMark.variable: ChildMark().value(of: 3)])
      let watched = Watched([ours.pid])
      try await place.record([], marks: [mark])
      #expect(await sweep().map(\.pid) == [ours.pid])
      #expect(await watched.haveEnded())
      #expect(kill(other.pid, 0) == 0)
      other.kill()
    }

    @Test func `what ends by itself in the meantime is not told of`() async throws {
      let leaving = try BareProcess("close-stdout")
      let patient = LeftoverSweep(recorded: [try leaving.identity], prefixes: [], patience: .seconds(60))
      async let swept = DedicatedThread.value { patient.run() }
      leaving.closeInput()
      #expect(await swept == [])
    }
  }

  /// The fixture under no guard.
  final class BareProcess: Sendable {
    let pid: Int32
    let recorder = Recorder()
    private let input: TestDescriptor

    init(_ arguments: String..., environment: [String: String] = [:]) throws {
      let (inputPipe, outputPipe) = (Pipe(), Pipe())
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Fixture.path("stubborn-child"))
      process.arguments = arguments
      process.environment = environment
      process.standardInput = inputPipe
      process.standardOutput = outputPipe
      outputPipe.fileHandleForReading.readabilityHandler = { [recorder] handle in
        let data = handle.availableData
        if data.isEmpty { handle.readabilityHandler = nil }
        data.withUnsafeBytes { recorder.take($0) }
      }
      // A Swift task blocks most signals; the child must not inherit that.
      var (none, before) = (sigset_t(), sigset_t())
      pthread_sigmask(SIG_SETMASK, &none, &before)
      defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
      try process.run()
      pid = process.processIdentifier
      input = TestDescriptor(dup(inputPipe.fileHandleForWriting.fileDescriptor))
      try inputPipe.fileHandleForWriting.close()
    }

    deinit { kill() }

    var identity: ProcessIdentity { get throws { try #require(ProcessIdentity(living: pid)) } }
    func kill() { Glibc.kill(pid, SIGKILL) }
    func closeInput() { input.close() }
  }

  extension LedgerPlace {
    /// Writes what an earlier owner of this boot could have left.
    func record(
      _ children: [ProcessIdentity], marks: [ChildMark] = [], tail: String = "", mode: Int = 0o600
    ) async throws {
      var records = ChildRecords(boot: try await boot())
      for child in children { records.add(child) }
      for mark in marks { records.add(mark) }
      try write(records.text + tail, mode: mode)
    }
  }
#endif
