import Foundation
import SCRTestSupport
import Testing

@testable import SCRProcess

@Suite(.timeLimit(.minutes(2))) struct ChildLedgerTests {
  @Test func `a child and its guard stand in a file for this user alone until they are gone`() async throws {
    let place = try LedgerPlace()
    let table = ProcessTable(ledger: place.ledger)
    #expect(place.text == nil)
    #expect(await table.sweepLeftovers() == [])
    #expect(try FileManager.default.attributesOfItem(atPath: place.path)[.posixPermissions] as? Int == 0o600)
    #expect(place.records?.marks.count == 1)
    #expect(place.records?.living == [])
    let child = try await table.spawn(stubborn("mute"), events: Recorder().events)
    await LaunchThread.shared.value {}
    #expect(place.records?.living.count == 2)
    #expect(place.records?.living.contains { $0 == ProcessIdentity(living: child.pid) } == true)
    let before = try #require(place.records)
    await child.stop(ladder: .immediate)
    await LaunchThread.shared.value {}
    #expect(place.records?.living == [])
    #expect(place.records?.marks == before.marks)
    await table.stopAll()
    #expect(place.text == nil)
    #expect(place.complaints == [])
  }

  @Test func `an orderly end leaves no file, since nothing can be left over`() async throws {
    let place = try LedgerPlace()
    let table = ProcessTable(ledger: place.ledger)
    _ = await table.sweepLeftovers()
    _ = try await table.spawn(stubborn("mute"), events: Recorder().events)
    await table.stopAll(ladder: .immediate)
    #expect(place.text == nil)
  }

  @Test func `the file does not grow with the children that came and went`() async throws {
    let place = try LedgerPlace()
    let (ledger, mark) = (place.ledger, ChildMark())
    _ = await ledger.begin(mark)
    let staying = ProcessIdentity(pid: 4_000_000, start: 1)
    ledger.began(staying)
    for number in 0..<4000 {
      ledger.began(ProcessIdentity(pid: 3_000_000, start: UInt64(number)))
      ledger.ended(ProcessIdentity(pid: 3_000_000, start: UInt64(number)))
    }
    #expect((place.text?.utf8.count ?? .max) <= 64 << 10)
    #expect(place.records?.living == [staying])
    #expect(place.records?.marks == [mark])
  }

  @Test func `a place that cannot be written is told of once, and children start nevertheless`() async throws {
    let place = try LedgerPlace()
    try FileManager.default.removeItem(atPath: place.folder)
    let table = ProcessTable(ledger: place.ledger)
    #expect(await table.sweepLeftovers() == [])
    let recorder = Recorder()
    let child = try await table.spawn(stubborn("exit", "0"), events: recorder.events)
    #expect(await recorder.exit.values(1) == [.exited(0)])
    #expect(child.exitStatus == .exited(0))
    await table.stopAll()
    #expect(place.complaints.count == 1)
    #expect(place.complaints.first?.contains("cannot create \(place.path) (No such file or directory)") == true)
  }
}
