import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRCommand

@Suite struct ChaosPartsTests {
  @Test func `A mark comes back out of an environment`() {
    let mark = ChaosMark(run: "chaos-1-2", life: 3)
    #expect(ChaosMark(mark.text) == mark)
    #expect(ChaosMark(environment: Array("A=b\0CHAOS_MARK=\(mark.text)\0C=d\0".utf8)) == mark)
    #expect(ChaosMark(environment: Array("XCHAOS_MARK=\(mark.text)\0".utf8)) == nil)
    #expect(ChaosMark("nothing") == nil)
  }

  @Test(
    "A process is known by its words",
    arguments: [
      (["/proc/self/exe", "--scr-process-guard", "", "/bin/scr", "serve"], .ourGuard, nil),
      (
        ["/proc/self/exe", "--scr-process-guard", "", "/bin/sh", "-c", "x", "chaos-effects", "--name", "beta"], .guard,
        "beta"
      ),
      (["/bin/scr", "chaos-effects", "--folder", "/x", "--name", "alpha"], .server, "alpha"),
      (["/bin/scr", "serve", "--state", "/x"], .runtime, nil), (["sleep", "3600"], .other, nil), ([], .other, nil),
    ] as [([String], MarkedProcess.Role, String?)])
  func roles(_ words: [String], _ role: MarkedProcess.Role, _ server: String?) {
    let process = MarkedProcess(pid: 1, life: 2, words: words)
    #expect(process.role == role)
    #expect(process.server == server)
  }

  @Test func `An event is read from its notification`() {
    #expect(
      ChaosEvent([
        "sequence": 3, "at": "1970-01-01T00:00:00.110Z", "kind": "task.submitted", "taskId": "task_1",
        "data": ["title": "r4t0"],
      ]) == ChaosFiles.event(3, .taskSubmitted))
    #expect(ChaosEvent(["kind": "task.submitted"]) == nil)
  }

  @Test func `Whoever waits for a state goes on when it has come`() async {
    let board = Bulletin(0)
    async let met = board.wait(within: .seconds(60), by: ManualClock()) { $0 >= 2 }
    for _ in 1...2 { board.change { $0 += 1 } }
    #expect(await met)
    #expect(await board.wait(within: .zero, by: ManualClock()) { $0 == 2 })
  }

  @Test func `Whoever waits longer than the limit goes on without`() async {
    let clock = ManualClock()
    let board = Bulletin(0)
    async let met = board.wait(within: .seconds(5), by: clock) { $0 > 0 }
    await clock.waitForSleepers()
    clock.advance(by: .seconds(5))
    #expect(await !met)
  }

  @Test(
    "A command line that asks for what there is not is refused",
    arguments: [
      (["--rounds", "0"], "--rounds takes 1 to 100000"), (["--tasks", "0"], "--tasks takes 1 to 500"),
      (["--only", "kill-runtim"], "Did you mean \"kill-runtime\"?"), (["--only", ","], "at least one fault"),
      (["--binary", "/nowhere/scr"], "/nowhere/scr cannot be found"),
    ])
  func usage(_ arguments: [String], _ words: String) async throws {
    try await Workshop.use { shop in
      let state = "\(shop.path)/chaos"
      let (exit, output) = await shop.run(["chaos", "--state", state] + arguments)
      #expect(exit == .usage)
      #expect(output.note.contains(words))
    }
  }

  @Test func `A folder that is not empty is refused`() async throws {
    try await Workshop.use { shop in
      _ = try shop.write("x", to: "file")
      let (exit, output) = await shop.run(["chaos", "--state", shop.path])
      #expect(exit == .usage)
      #expect(output.note.contains("is not empty"))
    }
  }
}
