import SCRProtocol
import Testing

@Suite("What a server asks of its client")
struct InputRequestTests {
  private static let form = InputRequest.form("?", schema: ["type": "object", "properties": [:]])
  private static let page = InputRequest.visit("https://example.org/", "Sign in")
  private static let sample = InputRequest.sample([], maxTokens: 5)
  private static let withTools = InputRequest.sample([], maxTokens: 5, ["tools": []])

  @Test(
    "a client is asked what it declared, and an elicitation without members means forms",
    arguments: [
      (["elicitation": [:]], [true, false, false, false, false]),
      (["elicitation": ["form": [:]]], [true, false, false, false, false]),
      (["elicitation": ["url": [:]]], [false, true, false, false, false]),
      (["elicitation": ["form": [:], "url": [:]]], [true, true, false, false, false]),
      (["sampling": [:]], [false, false, true, false, false]),
      (["sampling": ["tools": [:]]], [false, false, true, true, false]),
      (["roots": ["listChanged": true]], [false, false, false, false, true]),
      (["elicitation": true, "sampling": nil, "roots": []], [false, false, false, false, false]),
    ] as [(JSONObject, [Bool])])
  func capabilities(declared: JSONObject, allowed: [Bool]) {
    let client = ClientCapabilities(declared)
    let all = [Self.form, Self.page, Self.sample, Self.withTools, .roots]
    #expect(all.map { $0.isAllowed(by: client) } == allowed)
    // What is required is enough.
    for request in all { #expect(request.isAllowed(by: ClientCapabilities(request.requiredCapabilities))) }
  }

  @Test("answers are told by their shape")
  func shapes() {
    let answers: [JSONValue] = [
      ["action": "accept", "content": [:]], ["action": "decline"],
      ["role": "assistant", "content": ["type": "text", "text": "a"], "model": "m"], ["roots": [["uri": "file:///a"]]],
      ["action": "other"], ["action": "accept", "content": 1], ["roots": [[:]]], 12345, nil, [:],
      ["role": "assistant", "content": "a", "model": "m"],
    ]
    #expect(answers.map(Self.form.accepts) == [true, true] + Array(repeating: false, count: 9))
    #expect(answers.map(Self.sample.accepts) == [false, false, true] + Array(repeating: false, count: 8))
    #expect(answers.map(InputRequest.roots.accepts) == [false, false, false, true] + Array(repeating: false, count: 7))
  }

  @Test("requests read as they are written")
  func roundTrip() {
    for request in [Self.form, Self.page, Self.sample, .roots] { #expect(InputRequest(request.json) == request) }
    #expect(InputRequest.roots.json == ["method": "roots/list"])
    #expect(InputRequest(["method": "tools/call"]) == nil)
  }
}
