import Glibc
import SCRProtocol
import Testing

@Suite("scr chaos", .serialized, .timeLimit(.minutes(5)))
struct ChaosTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  private func chaos(_ arguments: [String]) async throws -> ScrProcess.End {
    try await place.run(["chaos", "--json"] + arguments, environment: ["TMPDIR": place.path])
  }

  private func leftovers() throws -> [String] {
    try place.list().filter { $0.hasPrefix("scr-chaos") }
  }

  @Test("everything holds, is counted, and nothing is left behind")
  func holds() async throws {
    let end = try await chaos(["--rounds", "3", "--seed", "7", "--tasks", "30", "--report", "\(place.path)/report.md"])
    #expect(end.code == 0, "\(end.stdout) \(end.stderr)")
    let result = end.json
    #expect(result["ok"] == true)
    #expect(result["rounds"] == 3)
    #expect(result["violations"] == [])
    #expect((result["tasks"]?.integerValue ?? 0) > 20)
    #expect((result["effects"]?.integerValue ?? 0) > 20)
    for invariant in [
      "lost", "repeated", "doubled", "orphans", "unexplained", "keys", "results", "alive", "answers", "letters",
      "early", "ticks", "children", "budgets",
    ] {
      #expect((result["invariants"]?[invariant]?["checked"]?.integerValue ?? 0) > 0, "\(invariant)")
    }
    let faults = result["faults"]?.objectValue?.reduce(0) { $0 + ($1.value.integerValue ?? 0) }
    #expect((faults ?? 0) > 0)
    #expect(try place.read("report.md").hasPrefix("# Chaos: everything holds\n"))
    #expect(try leftovers() == [])
  }

  @Test(
    "every kind of fault is survived by itself",
    arguments: [
      "kill-runtime", "kill-server", "kill-guard", "kill-all", "hang-server", "hang-runtime", "slow-pipe", "disk-full",
      "torn-write", "restart", "reload", "second-runtime",
    ])
  func each(_ fault: String) async throws {
    let end = try await chaos(["--rounds", "1", "--seed", "3", "--tasks", "8", "--only", fault])
    #expect(end.code == 0, "\(end.stdout) \(end.stderr)")
    #expect((end.json["faults"]?[fault]?.integerValue ?? 0) > 0)
  }

  @Test(
    "a build that is broken is found out by the invariant that it breaks",
    arguments: [
      ("lose", "lost", "hang-server"), ("again", "repeated", "hang-server"), ("again", "doubled", "hang-server"),
      ("keys", "keys", "hang-server"), ("unexplained", "unexplained", "hang-server"),
      ("results", "results", "hang-server"), ("orphan", "orphans", "kill-runtime"),
      ("owner", "owner", "second-runtime"), ("refuse", "alive", "hang-server"),
      ("agree", "answers", "hang-server"), ("echo", "letters", "hang-server"), ("early", "early", "hang-server"),
      ("ticks", "ticks", "hang-server"), ("bereave", "children", "hang-server"), ("rush", "held", "hang-server"),
      ("unmarked", "drained", "hang-server"), ("lavish", "budgets", "hang-server"),
    ])
  func broken(_ how: String, _ invariant: String, _ fault: String) async throws {
    let wrapper = "\(place.path)/scr-\(how)"
    try place.write(
      "scr-\(how)", "#!/bin/sh\nexec '\(place.brokenPath)' '\(place.binary)' \(how) \"$@\"\n")
    chmod(wrapper, 0o700)
    // It ends with the first round that shows something; how soon that is hangs on what the fault meets.
    let end = try await chaos(
      ["--rounds", "40", "--seed", "5", "--tasks", "20", "--only", fault, "--binary", wrapper])
    #expect(end.code == 1, "\(end.stderr)")
    let result = end.json
    #expect(result["ok"] == false)
    let count = result["invariants"]?[invariant]?["violations"]?.integerValue ?? 0
    #expect(count > 0, "\(result["violations"]?.jsonText ?? "")")
    let found = result["violations"]?.arrayValue?.first { $0["invariant"]?.stringValue == invariant }
    #expect(found?["text"]?.stringValue?.isEmpty == false)
    // What shows it is kept.
    #expect(try leftovers().count == 1)
    #expect(result["folder"]?.stringValue?.hasPrefix(place.path) == true)
    #expect(result["repeat"]?.stringValue == "scr chaos --rounds 40 --seed 5 --tasks 20 --only \(fault)")
  }

  @Test("Ctrl-C ends it, and everything that it had started")
  func interrupted() async throws {
    let scr = try ScrProcess(
      ["chaos", "--rounds", "1000", "--seed", "3", "--tasks", "8"], in: place, environment: ["TMPDIR": place.path])
    _ = try await scr.note("round 1 of 1000")
    let children = ProcessTree.descendants(of: scr.pid)
    let handles = children.map { ProcessEnd(of: $0) }
    #expect(!children.isEmpty)
    scr.signal(SIGINT)
    #expect(await scr.end().code == 130)
    for handle in handles { await handle.wait() }
    #expect(children.filter { kill($0, 0) == 0 && !ProcessTree.isZombie($0) } == [])
    #expect(try leftovers() == [])
  }
}
