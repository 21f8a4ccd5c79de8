import GRDB
import SCRCommand
import SCRProtocol
import SCRRuntime
import SCRStore
import Testing

@Suite struct MemoryCommandTests {
  private func json(_ shop: Workshop, _ arguments: [String]) async throws -> JSONValue {
    try JSONParser.parse(await shop.run(["memory"] + arguments + ["--json"]).output.result)
  }

  @Test func `A fact is put in, found, shown, replaced and forgotten`() async throws {
    try await Workshop.use { shop in
      #expect(await shop.run(["memory", "list"]).output.result == "nothing is remembered\n")
      #expect(await shop.run(["memory", "search", "db2"]).output.result == "nothing was found\n")
      let put = await shop.run(["memory", "put", "The staging database is db2", "--key", "staging", "--tag", "infra"])
      #expect(put.exit == .success)
      let id = put.output.result.dropLast()
      #expect(id.hasPrefix("mem_"))
      let found = await shop.run(["memory", "search", "STAGING", "database"]).output.result
      #expect(found.hasPrefix("\(id)  fact  "))
      #expect(found.hasSuffix("\n  The [staging] [database] is db2\n"))
      let second = try await json(shop, ["put", "It is db3 now", "--key", "staging", "--pin", "--ttl", "7d"])
      #expect(second["revision"] == 2)
      #expect(second["id"]?.stringValue == String(id))
      #expect(try await json(shop, ["show", "staging"]) == second)
      #expect(try await json(shop, ["show", String(id)]) == second)
      #expect(try await json(shop, ["list", "--within", "1h"]) == ["records": [second]])
      #expect(try await json(shop, ["list", "--tag", "infra"])["records"] == [])
      let shown = await shop.run(["memory", "show", "staging"]).output.result
      #expect(
        shown.contains("fact staging in default") && shown.contains("pinned") && shown.hasSuffix("It is db3 now\n"))
      #expect(await shop.run(["memory", "forget", "staging"]).output.result == "forgotten \(id)\n")
      let gone = await shop.run(["memory", "forget", "staging"])
      #expect(gone.exit == .failed)
      #expect(gone.output.note.contains("there is no record \"staging\" in memory"))
    }
  }

  @Test func `Pages go on with their cursor`() async throws {
    try await Workshop.use { shop in
      for number in 1...3 { _ = await shop.run(["memory", "put", "apple \(number)", "--key", "k\(number)"]) }
      let first = try await json(shop, ["search", "apple", "--limit", "2"])
      let cursor = try #require(first["nextCursor"]?.stringValue)
      let second = try await json(shop, ["search", "apple", "--limit", "2", "--cursor", cursor])
      let keys = [first, second].map { $0["hits"]?.arrayValue?.compactMap { $0["key"]?.stringValue } }
      #expect(keys == [["k3", "k2"], ["k1"]])
      #expect(await shop.run(["memory", "list", "--limit", "1"]).output.note.contains("scr memory list --cursor n3"))
    }
  }

  @Test func `What is exported can be imported elsewhere, once`() async throws {
    try await Workshop.use { shop in
      _ = await shop.run(["memory", "put", "apple", "--key", "a"])
      _ = await shop.run(["memory", "put", "banana", "--key", "b", "--kind", "note"])
      let lines = await shop.run(["memory", "export"]).output.result
      #expect(lines.split(separator: "\n").count == 3)
      let file = try shop.write(lines, to: "memory.jsonl")
      let other = ["--state", "\(shop.path)/other"]
      #expect(await shop.run(["memory", "import", file] + other).output.result == "imported 2 records\n")
      #expect(
        await shop.run(["memory", "import", file] + other).output.result
          == "imported 0 records, 2 stayed as they were\n")
      let header = { (text: String) in text.split(separator: "\n").dropFirst() }
      #expect(await header(shop.run(["memory", "export"] + other).output.result).sorted() == header(lines).sorted())
      let bad = try shop.write("{}\n", to: "bad.jsonl")
      let refused = await shop.run(["memory", "import", bad])
      #expect(refused.exit == .usage)
      #expect(refused.output.note.contains("line 1 is no header of an export"))
    }
  }

  @Test func `Verifying finds damage with exit 1, and repairs it`() async throws {
    try await Workshop.use { shop in
      #expect(await shop.run(["memory", "verify"]).exit == .success)
      _ = await shop.run(["memory", "put", "apple"])
      #expect(await shop.run(["memory", "verify"]).output.result.hasSuffix("✓ all is well\n"))
      try shop.edit("INSERT INTO search (search) VALUES ('delete-all')")
      let found = await shop.run(["memory", "verify"])
      #expect(found.exit == .failed)
      #expect(found.output.result.contains("✗ the index does not fit 1 records"))
      let repaired = await shop.run(["memory", "verify", "--repair"])
      #expect(repaired.exit == .success)
      #expect(repaired.output.result.contains("written anew"))
      #expect(try await json(shop, ["verify"])["problems"] == [])
      #expect(await shop.run(["memory", "search", "apple"]).output.result.contains("[apple]"))
    }
  }

  @Test func `Beside an owner memory can be read, and changing it exits 5`() async throws {
    try await Workshop.use { shop in
      _ = await shop.run(["memory", "put", "apple", "--key", "a"])
      let owner = try StateDirectory.open(shop.state)
      for reading in [["list"], ["search", "apple"], ["show", "a"], ["export"], ["verify"]] {
        #expect(await shop.run(["memory"] + reading).exit == .success)
      }
      for changing in [["put", "x"], ["forget", "a"], ["verify", "--repair"]] {
        let (exit, output) = await shop.run(["memory"] + changing)
        #expect(exit == .unavailable)
        #expect(output.note.contains("owns the state directory"))
      }
      owner.release()
    }
  }

  @Test(
    "Wrong command lines exit 2",
    arguments: [
      ["put"], ["search"], ["search", "a", "--any", "--operators"], ["list", "--limit", "0"], ["put", "--value", "{"],
      ["list", "--within", "often"], ["list", "--state", ":memory:"], ["import", "/dev/null/none"],
      ["put", "x", "--namespace", "no spaces"], ["list", "--cursor", "nonsense"],
    ])
  func usage(arguments: [String]) async throws {
    try await Workshop.use { shop in
      _ = await shop.run(["memory", "put", "something"])
      #expect(await shop.run(["memory"] + arguments).exit == .usage)
    }
  }

  @Test func `What a task came to is shown by the task's id, once scr runs again`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      for _ in 1...2 { #expect(await shop.run(["run", "--plan", plan]).exit == .success) }
      let tasks = try JSONParser.parse(await shop.run(["tasks", "list", "--json"]).output.result)["tasks"]?.arrayValue
      let id = try #require(tasks?.last?["taskId"]?.stringValue)
      let record = try await json(shop, ["show", id])
      #expect(record["value"]?["result"] == "8")
      #expect(record["provenance"] == ["taskId": .string(id), "agent": "memory", "untrusted": false])
      #expect(record["namespace"] == "tasks")
    }
  }

  @Test func `A folder of its own keeps memory apart from the tasks`() async throws {
    try await Workshop.use { shop in
      let config = try shop.write("memory: { path: \(shop.path)/apart, maxRecords: 2 }\n", to: "scr.yaml")
      for word in ["one", "two", "three"] {
        let put = await shop.run(["memory", "put", word, "--config", config])
        #expect(put.exit == .success)
        #expect(put.output.note == (word == "three" ? "1 older records of default made room\n" : ""))
      }
      #expect(await shop.run(["memory", "list"]).output.result == "nothing is remembered\n")
      let kept = await shop.run(["memory", "list", "--config", config, "--json"]).output.result
      #expect(try JSONParser.parse(kept)["records"]?.arrayValue?.map { $0["text"] } == ["three", "two"])
    }
  }
}

extension Workshop {
  /// Changes memory behind its back.
  fileprivate func edit(_ sql: String) throws {
    let database = try DatabaseQueue(path: "\(state)/memory.sqlite")
    try database.writeWithoutTransaction { try $0.execute(sql: sql) }
    try database.close()
  }
}
