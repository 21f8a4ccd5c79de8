import Glibc
import SCRProtocol
import Testing

@Suite("scr store", .timeLimit(.minutes(2)))
struct StoreCommandTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  private func scr(_ arguments: String...) async throws -> ScrProcess.End {
    try await place.run(arguments + ["--state", place.state])
  }

  private func submit(_ number: Int, to owner: ScrProcess) async throws {
    owner.send(
      #"{"jsonrpc":"2.0","id":\#(number),"method":"submit_task","params":{"wait":true,"plan":{"title":"Sum \#(number)","#
        + #""steps":[{"id":"sum","tool":"calculator","arguments":{"expression":"\#(number) + 1"}}]}}}"#)
    #expect(try await owner.answer(to: .init(number))["result"]?["state"] == "completed")
  }

  @Test("a backup beside a running scr serve, restored after it was killed, has what was there at that moment")
  func backupAndRestore() async throws {
    let owner = try ScrProcess(["serve", "--state", place.state], in: place)
    for number in 1...3 { try await submit(number, to: owner) }
    #expect(try await scr("store", "check").code == 0)
    let backup = try await scr("store", "backup", "copy", "--json")
    #expect(backup.code == 0)
    #expect(backup.json["backup"] == .string("\(place.path)/copy"))
    #expect(backup.json["files"]?.arrayValue?.first?["rows"]?["tasks"] == 3)
    try await submit(4, to: owner)
    for refused in [try await scr("store", "restore", "copy"), try await scr("store", "vacuum")] {
      #expect(refused.code == 5)
      #expect(refused.stderr.contains("process \(owner.pid) owns the state directory"))
    }
    owner.signal(SIGKILL)
    _ = await owner.end()

    #expect(try await scr("store", "check").code == 0)
    let restored = try await scr("store", "restore", "copy", "--json")
    #expect(restored.code == 0)
    #expect(restored.json["kept"]?.arrayValue?.isEmpty == false)
    let titles = try await scr("tasks", "list", "--json").json["tasks"]?.arrayValue?.map { $0["title"] }
    #expect(titles == ["Sum 3", "Sum 2", "Sum 1"])
    let vacuum = try await scr("store", "vacuum", "--json")
    #expect(vacuum.code == 0)
    let again = try ScrProcess(["serve", "--state", place.state], in: place)
    try await submit(5, to: again)
    #expect(await again.finish().code == 0)
    #expect(try await scr("store", "check").code == 0)
  }

  @Test("a log that was damaged while scr was down is refused by the start and told by the check")
  func damagedLog() async throws {
    let owner = try ScrProcess(["serve", "--state", place.state], in: place)
    for number in 1...3 { try await submit(number, to: owner) }
    owner.signal(SIGKILL)
    _ = await owner.end()
    let log = open("\(place.state)/scr.sqlite-wal", O_RDWR)
    defer { close(log) }
    var byte: UInt8 = 0
    #expect(pread(log, &byte, 1, 32 + 24 + 100) == 1)
    byte ^= 1
    #expect(pwrite(log, &byte, 1, 32 + 24 + 100) == 1)
    let start = try await place.run(["serve", "--state", place.state])
    #expect(start.code == 5)
    #expect(start.stderr.contains("scr.sqlite-wal is damaged at byte 32"))
    let check = try await scr("store", "check")
    #expect(check.code == 1)
    #expect(check.stdout.contains { $0.contains("scr.sqlite-wal is damaged at byte 32") })
  }
}
