import SCRProtocol
import SCRTestSupport
import Testing

@Suite("Transcripts against the built program", .timeLimit(.minutes(2)))
struct TranscriptTests {
  @Test("scr serve says what the golden conversation says", arguments: try Transcript.portablePaths())
  func golden(_ path: String) async throws {
    let place = try TestPlace()
    let transcript = try Transcript(path: path)
    var settings: JSONObject = [
      "mcp": ["servers": ["filesystem": ["command": "scr", "enabled": false]]], "runtime": ["maxConcurrentTasks": 16],
    ]
    settings["server"] = transcript.frameLimit.map { ["maxFrameBytes": .init($0)] }
    try place.write("scr.test.yaml", JSONValue.object(settings).jsonText)
    let scr = try ScrProcess(["serve", "--config", "\(place.path)/scr.test.yaml", "--state", ":memory:"], in: place)
    let differences = try await TranscriptPlayer.play(
      transcript, with: ProcessPeer(scr), normalizer: TranscriptNormalizer(workspace: place.path), isRecording: false)
    #expect(differences == [])
    #expect(await scr.end().code == 0)
  }

  @Test("most conversations are portable, of every kind")
  func coverage() throws {
    let (all, portable) = (Transcript.paths(), try Transcript.portablePaths())
    let folder = { (path: String) in String(path.prefix { $0 != "/" }) }
    #expect(Set(portable.map(folder)) == Set(all.map(folder)))
    #expect(portable.count * 5 >= all.count * 4)
  }
}

/// The built program as the peer of a transcript.
private struct ProcessPeer: TranscriptPeer {
  private let scr: ScrProcess

  init(_ scr: ScrProcess) { self.scr = scr }

  func send(_ line: String) { scr.send(line) }
  func next() async throws -> JSONValue { try await scr.next() }
  func endInput() { scr.closeInput() }

  func leftovers() async -> [JSONValue] {
    scr.closeInput()
    return await scr.rest()
  }
}
