import MCPServer
import SCRConnection
import SCRProtocol
import SCRRuntime
import SCRServer
import SCRTestSupport
import SCRTools
import Synchronization
import Testing

@Suite("Transcripts", .timeLimit(.minutes(1)))
struct TranscriptTests {
  @Test("the server says what the golden conversation says", arguments: Transcript.paths())
  func golden(_ path: String) async throws {
    let transcript = try Transcript(path: path)
    let differences = try await serve(transcript) { handler, description in
      let peer = WirePeer(handler, frameLimit: transcript.frameLimit)
      return try await TranscriptPlayer.play(transcript, with: JudgedPeer(peer, description))
    }
    #expect(differences == [])
  }

  @Test("over a pipe it says the same", arguments: Transcript.paths())
  func piped(_ path: String) async throws {
    let transcript = try Transcript(path: path)
    let differences = try await serve(transcript) { handler, _ in
      try await PipePeer.connect(handler, frameLimit: transcript.frameLimit) { peer in
        try await TranscriptPlayer.play(transcript, with: peer, isRecording: false)
      }
    }
    #expect(differences == [])
  }

  /// A peer whose native answers and events are held against their description, also where the recording leaves them open.
  private final class JudgedPeer<Peer: TranscriptPeer>: TranscriptPeer {
    private let peer: Peer
    private let methods = Mutex<[JSONValue: String]>([:])

    private let description: NativeDescription

    init(_ peer: Peer, _ description: NativeDescription) {
      self.peer = peer
      self.description = description
    }

    func send(_ line: String) async throws {
      let request = JSONValue(json: line)
      if let id = request["id"], let method = request["method"]?.stringValue { methods.withLock { $0[id] = method } }
      try await peer.send(line)
    }

    func next() async throws -> JSONValue {
      let frame = try await peer.next()
      let method = frame["method"]?.stringValue ?? frame["id"].flatMap { id in methods.withLock { $0[id] } } ?? ""
      #expect(AnswerRules.problems(of: method, frame, description) == [], "\(frame.jsonText)")
      return frame
    }

    func endInput() async throws { try await peer.endInput() }
    func leftovers() async throws -> [JSONValue] { try await peer.leftovers() }
  }

  /// A server with what `scr serve` has by itself, and what the conversation needs beyond.
  private func serve<Value: Sendable>(
    _ transcript: Transcript, _ body: (any ConnectionHandler, NativeDescription) async throws -> Value
  ) async throws -> Value {
    let filesystem = FakeToolSource(name: "filesystem", [:])
    filesystem.status = ToolServerStatus(state: .disabled)
    return try await ServerFixture.serve(
      inlineTools: { NativeTools.all(clock: $0) }, hasFiles: transcript.needs == ["files"], sources: [filesystem],
      models: transcript.needs == ["models"] ? try ScriptedChat.models() : .none
    ) { fixture in
      try await body(
        ServerFixture.handler(fixture.runtime, fixture.clock, identity: Self.identity),
        NativeMethods.table(runtime: fixture.runtime).description)
    }
  }

  private static let identity = ServerIdentity(
    implementation: Implementation(name: "scr", title: "Supervised Cognitive Runtime", version: "0.0.0"),
    instructions: "Ask nicely.")

  @Test("every revision and the native face have their conversations")
  func coverage() {
    let folders = Set(Transcript.paths().compactMap { $0.split(separator: "/").first.map(String.init) })
    #expect(
      folders.isSuperset(of: ProtocolRevision.allCases.map(\.rawValue) + ["native", "bad-input"]),
      "found only \(folders.sorted())")
  }

  @Test("a frame that differs is told with its place")
  func differences() {
    let came = JSONValue(json: #"{"id":1,"result":{"list":[1,{"a":"x"}],"more":true}}"#)
    let same = JSONValue(json: #"{"result":{"list":[1,{"a":"<any>"}],"more":true},"id":1}"#)
    let cases: [(JSONValue, String?)] = [
      (same, nil),
      (
        JSONValue(json: #"{"id":1,"result":{"list":[1,{"a":"y"}],"more":true}}"#),
        #".result.list[1].a is "x", expected "y""#
      ),
      (JSONValue(json: #"{"id":1,"result":{"list":[1,{"a":"x"}]}}"#), ".result.more is too much"),
      (JSONValue(json: #"{"id":1,"result":{"list":[1,{"a":"x","b":1}],"more":true}}"#), ".result.list[1].b is missing"),
      (
        JSONValue(json: #"{"id":1,"result":{"list":[1],"more":true}}"#), #".result.list is [1,{"a":"x"}], expected [1]"#
      ),
    ]
    for (expected, difference) in cases { #expect(TranscriptPlayer.difference(came, expected) == difference) }
  }

  @Test("what differs from run to run becomes a name, and the name becomes what it stood for")
  func normalizing() {
    var normalizer = TranscriptNormalizer()
    let (first, second) = (TaskID.random().text, TaskID.random().text)
    let frame: JSONValue = [
      "a": .string(second), "b": .string("of \(first) and \(second)"), "at": "2026-11-23T20:34:25.125Z", "wallMs": 17,
      "text": .string(#"{"taskId":"\#(first)","durationMs":3}"#),
    ]
    #expect(
      normalizer.normalize(frame) == [
        "a": "<taskId:1>", "b": "of <taskId:2> and <taskId:1>", "at": "<time>", "wallMs": "<number>",
        "text": #"{"taskId":"<taskId:2>","durationMs":"<number>"}"#,
      ])
    #expect(normalizer.fill("> <taskId:2>!") == "> \(first)!")
  }
}
