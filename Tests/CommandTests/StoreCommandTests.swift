import Foundation
import GRDB
import SCRCommand
import SCRProtocol
import SCRRuntime
import Testing

@testable import SCRStore

@Suite struct StoreCommandTests {
  /// A workshop in whose state directory one task was worked off.
  private func withStore(_ body: (Workshop) async throws -> Void) async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      #expect(await shop.run(["run", "--plan", plan, "--quiet"]).exit == .success)
      try await body(shop)
    }
  }

  private func json(_ shop: Workshop, _ arguments: String...) async throws -> JSONValue {
    try JSONParser.parse(await shop.run(arguments + ["--json"]).output.result)
  }

  private func files(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  @Test func `A good store is told file by file, with exit 0`() async throws {
    try await withStore { shop in
      let (exit, output) = await shop.run(["store", "check"])
      #expect(exit == .success)
      let lines = output.result.split(separator: "\n")
      #expect(lines.count == 2)
      #expect(lines[0].hasPrefix("scr.sqlite: good (format "))
      #expect(lines[0].contains(", 1 tasks"))
      #expect(lines[1].hasPrefix("memory.sqlite: good (format "))
      let json = try await json(shop, "store", "check")
      #expect(json["ok"] == true)
      #expect(json["files"]?.arrayValue?.map { $0["file"] } == ["scr.sqlite", "memory.sqlite"])
      #expect(json["files"]?.arrayValue?.first?["rows"]?["tasks"] == 1)
      #expect(json["files"]?.arrayValue?.map { $0["problems"] } == [[], []])
    }
  }

  @Test func `Damaged rows are named, beside an owner too, with exit 1`() async throws {
    try await withStore { shop in
      let owner = try StateDirectory.open(shop.state)
      let store = try await SQLiteTaskStore.open(in: owner)
      try await store.database.write { try $0.execute(sql: "UPDATE steps SET attempt = 7 WHERE step_id = 'sum'") }
      let (exit, output) = await shop.run(["store", "check"])
      #expect(exit == .failed)
      let lines = output.result.split(separator: "\n")
      #expect(lines[0].hasPrefix("scr.sqlite: 1 problem (format "))
      #expect(lines[1].hasPrefix("  step sum of task_"))
      #expect(lines[1].contains("does not match its row"))
      let problems = try await json(shop, "store", "check")["files"]?.arrayValue?.first?["problems"]?.arrayValue
      #expect(problems?.map { $0["table"] } == ["steps"])
      #expect(problems?.first?["row"]?.stringValue?.hasPrefix("step sum of task_") == true)
      await store.close()
      owner.release()
    }
  }

  @Test func `A backup is made, restored, and what it replaced is kept`() async throws {
    try await withStore { shop in
      let backup = "\(shop.path)/monday"
      let made = await shop.run(["store", "backup", backup + "/"])
      #expect(made.exit == .success)
      #expect(made.output.result.hasPrefix("\(backup)\nscr.sqlite: good ("))
      #expect(try files(backup) == ["memory.sqlite", "scr.sqlite"])
      #expect(await shop.run(["store", "check", "--state", backup]).exit == .success)

      let again = await shop.run(["store", "backup", backup])
      #expect(again.exit == .usage)
      #expect(again.output.note.hasPrefix("error: \(backup) exists already and is left alone\n  hint: name one that"))

      let plan = try shop.write(Plans.good, to: "plan.yaml")
      _ = await shop.run(["run", "--plan", plan, "--quiet"])
      let restored = try await json(shop, "store", "restore", backup)
      #expect(restored["restored"] == .string(shop.state))
      #expect(restored["kept"]?.arrayValue?.count == 2)
      let tasks = try JSONParser.parse(await shop.run(["tasks", "list", "--json"]).output.result)
      #expect(tasks["tasks"]?.arrayValue?.count == 1)
      let words = await shop.run(["store", "restore", backup])
      #expect(words.output.result.hasPrefix("restored into \(shop.state)\nscr.sqlite: good ("))
      #expect(words.output.note.hasPrefix("kept: \(shop.state)/scr.sqlite.replaced-"))
    }
  }

  @Test func `Vacuum tells the size of each file before and after`() async throws {
    try await withStore { shop in
      let (exit, output) = await shop.run(["store", "vacuum"])
      #expect(exit == .success)
      let rows = output.result.split(separator: "\n").map { $0.split(separator: " ").first }
      #expect(rows == ["FILE", "scr.sqlite", "memory.sqlite"])
      let files = try await json(shop, "store", "vacuum")["files"]?.arrayValue
      #expect(files?.map { $0["file"] } == ["scr.sqlite", "memory.sqlite"])
      #expect(files?.allSatisfy { ($0["bytesAfter"]?.integerValue ?? 0) > 0 } == true)
    }
  }

  @Test func `An owner keeps restore and vacuum out with exit 5, check and backup go on beside it`() async throws {
    try await withStore { shop in
      let backup = "\(shop.path)/copy"
      let owner = try StateDirectory.open(shop.state)
      #expect(await shop.run(["store", "check"]).exit == .success)
      #expect(await shop.run(["store", "backup", backup]).exit == .success)
      for command in [["store", "vacuum"], ["store", "restore", backup]] {
        let (exit, output) = await shop.run(command)
        #expect(exit == .unavailable)
        #expect(output.note.contains("owns the state directory \(shop.state)") && output.note.contains("--state"))
      }
      owner.release()
    }
  }

  static let refusals: [(arguments: [String], exit: CommandExit, words: String)] = [
    (["store", "check"], .unavailable, "nothing is stored in"),
    (["store", "vacuum"], .unavailable, "nothing is stored in"),
    (["store", "backup", "/dev/null/copy"], .unavailable, "nothing is stored in"),
    (["store", "restore", "/dev/null/copy"], .usage, "there is no backup in /dev/null/copy"),
    (["store", "check", "--state", ":memory:"], .usage, "--state :memory: keeps nothing on a disk"),
    (["store", "vacuum", "--state", ":memory:"], .usage, "--state :memory: keeps nothing on a disk"),
    (["store", "backup"], .usage, "Missing expected argument '<folder>'"),
  ]

  @Test("Where nothing is stored that is said, and nothing is made", arguments: refusals)
  func nothing(arguments: [String], exit: CommandExit, words: String) async throws {
    try await Workshop.use { shop in
      let (found, output) = await shop.run(arguments)
      #expect(found == exit)
      #expect(output.note.contains(words))
      let made = try files(shop.path)
      #expect(made == [])
    }
  }

  @Test func `A damaged backup is refused with exit 1 and what to do`() async throws {
    try await withStore { shop in
      let backup = "\(shop.path)/copy"
      _ = await shop.run(["store", "backup", backup])
      let copy = try await SQLiteTaskStore.open(in: StateDirectory.open(backup))
      try await copy.database.write { try $0.execute(sql: "UPDATE events SET at = 1 WHERE sequence = 2") }
      await copy.close()
      let (exit, output) = await shop.run(["store", "restore", backup])
      #expect(exit == .failed)
      #expect(output.note.contains("event 2: "))
      #expect(output.note.contains("--accept-damaged-rows"))
      #expect(await shop.run(["store", "restore", backup, "--accept-damaged-rows"]).exit == .success)
    }
  }

  @Test("Every command has examples", arguments: [[], ["check"], ["backup"], ["restore"], ["vacuum"]])
  func help(_ verb: [String]) async {
    let captured = CapturedOutput()
    #expect(await Invocation.run(["store"] + verb + ["--help"], in: captured.context()) == .success)
    #expect(captured.result.contains("EXAMPLES"))
  }

  @Test(
    "Sizes are short", arguments: [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (12_700_000, "12.1 MiB")])
  func size(bytes: Int64, text: String) { #expect(StoreReportText.size(bytes) == text) }
}
