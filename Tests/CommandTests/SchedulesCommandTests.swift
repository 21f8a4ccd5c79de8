import SCRCommand
import SCRProtocol
import SCRRuntime
import Testing

@Suite struct SchedulesCommandTests {
  @Test func `A schedule is put, listed, paused, resumed and removed`() async throws {
    try await Workshop.use { shop in
      #expect(await shop.run(["schedules", "list"]).output.result == "no schedules\n")
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      let put = await shop.run([
        "schedules", "put", "nightly", "--cron", "0 3 1 1 *", "--zone", "Europe/Berlin", "--plan", plan, "--input",
        "number=5", "--missed", "all:3", "--overlap", "allow", "--class", "batch", "--json",
      ])
      #expect(put.exit == .success)
      let stored = try JSONParser.parse(put.output.result)
      #expect(stored["nextAt"]?.stringValue?.hasSuffix("-01-01T02:00:00.000Z") == true)
      #expect(stored["missed"] == ["all": 3])
      #expect(stored["task"]?["inputs"] == ["number": "5"])
      #expect(
        try JSONParser.parse(await shop.run(["schedules", "list", "--json"]).output.result)
          == ["schedules": [stored]])
      #expect(await shop.run(["schedules", "pause", "nightly"]).output.result == "nightly 0 3 1 1 *: paused\n")
      let listed = await shop.run(["schedules", "list"]).output.result
      #expect(listed.contains("nightly") && listed.contains("paused"))
      #expect(await shop.run(["schedules", "resume", "nightly"]).output.result.contains("-01-01T02:00:00.000Z"))
      #expect(await shop.run(["schedules", "remove", "nightly"]).output.result == "removed\n")
      let gone = await shop.run(["schedules", "remove", "nightly"])
      #expect(gone.exit == .failed)
      #expect(gone.output.note.contains("there is no schedule \"nightly\""))
    }
  }

  @Test(
    "Wrong times are a wrong command line",
    arguments: [
      [], ["--cron", "@daily", "--every", "5m"], ["--every", "often"], ["--cron", "@daily", "--missed", "all:0"],
      ["--cron", "@daily", "--overlap", "perhaps"],
    ])
  func usage(arguments: [String]) async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      #expect(await shop.run(["schedules", "put", "x", "--plan", plan] + arguments).exit == .usage)
    }
  }
}
