import SCRConnection
import SCRProtocol
import SCRTestSupport
import Testing

private struct DeafHandler: ConnectionHandler {
  func receive(
    _ request: IncomingRequest, on connection: Connection, output: inout JSONWriter
  ) -> Disposition { .error(RPCError(.methodNotFound, "unknown")) }
  func receive(_ notification: IncomingNotification, on connection: Connection) {}
}

@Suite(.timeLimit(.minutes(1))) struct UnreadableAnswerTests {
  let sent = Signal<JSONValue>()

  /// What a call ends with when the peer answers `line`; the answer after that is a good one.
  private func outcome(_ line: String) async -> Result<JSONValue, any Error> {
    let connection = Connection(
      handler: DeafHandler(), sink: CollectingSink { [sent] in sent.fire($0) },
      limits: Connection.Limits(frame: 100), answersMalformed: false)
    async let answer = connection.call("ask") { _ in nil }
    _ = await sent.values(1)
    let lines = Array((line + "\n" + #"{"jsonrpc":"2.0","id":1,"result":"good"}"# + "\n").utf8)
    lines.withUnsafeBytes { connection.receive($0) }
    do { return .success(try await answer.value()) } catch { return .failure(error) }
  }

  @Test(
    arguments: [
      #"{"jsonrpc":"2.0","id":1,"result":{"value":NaN}}"#, #"{"id":1,"result":{}}"#, #"{"jsonrpc":"2.0","id":1}"#,
      #"{"jsonrpc":"2.0","id":1,"result":{"cut":"#,
    ])
  func `an answer that is no message fails its call at once`(_ line: String) async {
    let error = await #expect(throws: ConnectionError.self) { try await outcome(line).get() }
    #expect(error?.code == .unreadable)
  }

  @Test func `an answer over the limit fails its call at once`() async {
    let error = await #expect(throws: ConnectionError.self) {
      try await outcome(#"{"jsonrpc":"2.0","id":1,"result":""# + String(repeating: "x", count: 100) + #""}"#).get()
    }
    #expect(error?.code == .tooLarge)
    #expect(error?.message == "the line of 136 bytes is over the limit of 100 bytes")
  }

  @Test(
    arguments: [
      "Listening on stdio...", #"{"log":"no protocol"}"#, #"{"jsonrpc":"2.0","id":7,"result":NaN}"#,
      #"{"id":1,"method":"roots/list"}"#,
    ])
  func `a line that answers nothing of ours fails nothing`(_ line: String) async throws {
    #expect(try await outcome(line).get() == "good")
  }
}
