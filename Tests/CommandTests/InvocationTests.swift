import SCRCommand
import SCRProtocol
import Testing

@Suite struct InvocationTests {
  @Test(
    "A wrong command line exits 2 and says why on stderr alone",
    arguments: [
      (["--nonsense"], "Unknown option '--nonsense'"), (["nonsense"], "Unexpected argument 'nonsense'"),
      (["version", "extra"], "Unexpected argument 'extra'"),
    ])
  func usage(_ arguments: [String], _ words: String) async {
    let captured = CapturedOutput()
    #expect(await Invocation.run(arguments, in: captured.context()) == .usage)
    #expect(captured.result == "")
    #expect(captured.note.contains(words))
    #expect(captured.note.contains("--help"))
  }

  @Test("Help is a result", arguments: [["--help"], ["help"], ["version", "--help"], []])
  func help(_ arguments: [String]) async {
    let captured = CapturedOutput()
    #expect(await Invocation.run(arguments, in: captured.context()) == .success)
    #expect(captured.result.contains("EXAMPLES"))
    #expect(captured.note == "")
  }

  @Test func `A completion script is a result`() async {
    let captured = CapturedOutput()
    #expect(await Invocation.run(["--generate-completion-script", "bash"], in: captured.context()) == .success)
    #expect(captured.result.contains("complete"))
  }

  @Test func `The version names the revisions that are spoken`() async throws {
    let captured = CapturedOutput()
    #expect(await Invocation.run(["version", "--json"], in: captured.context()) == .success)
    #expect(
      try JSONParser.parse(captured.result) == [
        "version": .string(Version.text),
        "mcpRevisions": ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"],
      ])
  }
}
