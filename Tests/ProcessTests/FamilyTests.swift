import Foundation
import SCRProcess
import SCRTestSupport
import Testing

#if os(Linux)
  /// Nothing that a child has started survives it, its guard or us: one grandchild in its group, one in a session of its
  /// own, and one whose parent has ended.
  @Suite(.timeLimit(.minutes(2))) struct FamilyTests {
    let table = ProcessTable()

    private func family(in table: ProcessTable? = nil) async throws -> (ChildProcess, Recorder, Watched) {
      let recorder = Recorder()
      let child = try await (table ?? self.table).spawn(stubborn("family"), events: recorder.events)
      let pids = await recorder.family()
      try #require(Set(pids).count == 4, "\(recorder.lines.all)")
      #expect(pids.contains(child.pid))
      return (child, recorder, Watched(pids))
    }

    @Test func `grandchildren end with the child`() async throws {
      let (child, recorder, watched) = try await family()
      try child.write(Array("leave\n".utf8))
      #expect(await recorder.exit.values(1) == [.exited(3)])
      #expect(await watched.haveEnded())
    }

    @Test func `grandchildren are stopped with the child`() async throws {
      let (child, _, watched) = try await family()
      #expect(await child.stop(ladder: .immediate) == .signalled(9))
      #expect(await watched.haveEnded())
    }

    @Test func `a child and all that it started die with their guard, where there is a ledger`() async throws {
      let place = try LedgerPlace()
      let table = ProcessTable(ledger: place.ledger)
      _ = await table.sweepLeftovers()
      let (child, recorder, watched) = try await family(in: table)
      kill(try #require(parent(of: child.pid)), SIGKILL)
      #expect(await recorder.exit.values(1) == [.unknown])
      #expect(await watched.haveEnded())
      await table.stopAll()
      #expect(place.text == nil)
    }

    @Test func `without a ledger a child and its group die with their guard`() async throws {
      let recorder = Recorder()
      let child = try await table.spawn(stubborn("family"), events: recorder.events)
      let pids = await recorder.family()
      try #require(Set(pids).count == 4, "\(recorder.lines.all)")
      // Whoever left the group is out of reach then; the test ends those itself.
      defer { for pid in pids.dropFirst(2) { kill(pid, SIGKILL) } }
      let watched = Watched(Array(pids.prefix(2)))
      kill(try #require(parent(of: child.pid)), SIGKILL)
      #expect(await recorder.exit.values(1) == [.unknown])
      #expect(await watched.haveEnded())
    }

    @Test func `a child dies with its guard when its parent can do nothing`() async throws {
      let recorder = Recorder()
      let host = try await table.spawn(stubborn("host", "ignore-term"), events: recorder.events)
      let line = await recorder.lines.values(1)[0]
      let pid = try #require(Int32(line.dropFirst(4)), "\(line)")
      let childGuard = try #require(parent(of: pid))
      let watched = Watched([pid])
      kill(host.pid, SIGSTOP)
      kill(childGuard, SIGKILL)
      #expect(await watched.haveEnded())
      #expect(await host.stop(ladder: .immediate) == .signalled(9))
    }

    @Test func `everything dies with a parent that was killed`() async throws {
      let recorder = Recorder()
      let host = try await table.spawn(stubborn("host", "family"), events: recorder.events)
      let pids = await recorder.family()
      try #require(Set(pids).count == 4, "\(recorder.lines.all)")
      // The guard of the family is a child of the host; it must go as well.
      let familyGuard = try #require(parent(of: pids[0]))
      #expect(parent(of: familyGuard) == host.pid)
      let watched = Watched(pids + [familyGuard])
      kill(host.pid, SIGKILL)
      #expect(await watched.haveEnded())
      #expect(await recorder.exit.values(1) == [.signalled(9)])
    }

    @Test func `children end with their table`() async throws {
      let recorder = Recorder()
      var own: ProcessTable? = ProcessTable()
      let child = try await own?.spawn(stubborn("ignore-term"), events: recorder.events)
      own = nil
      #expect(await recorder.exit.values(1) == [.signalled(9)])
      #expect(child?.exitStatus == .signalled(9))
    }

    private func parent(of pid: Int32) -> Int32? {
      let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
      return status.split(separator: "\n").first { $0.hasPrefix("PPid:") }
        .flatMap { Int32($0.dropFirst(5).trimmingCharacters(in: .whitespaces)) }
    }
  }
#endif
