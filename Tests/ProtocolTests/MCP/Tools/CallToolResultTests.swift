import SCRProtocol
import Testing

struct CallToolResultTests {
  private static func written(_ result: CallToolResult, _ revision: ProtocolRevision) throws -> JSONValue {
    var writer = JSONWriter()
    result.write(to: &writer, revision: revision)
    return try JSONParser.parse(writer.bytes)
  }

  private static let text: JSONValue = ["type": "text", "text": "t"]
  private static let audio: JSONValue = ["type": "audio", "data": "AA==", "mimeType": "audio/wav"]
  private static let link: JSONValue = ["type": "resource_link", "uri": "file:///a", "name": "a"]
  private static let linkAsText: JSONValue = ["type": "text", "text": "file:///a"]
  private static let audioAsText: JSONValue = ["type": "text", "text": "[audio content]"]

  private static let shapes: [ProtocolRevision: JSONValue] = [
    .november2024: ["content": [text, audioAsText, linkAsText], "isError": true],
    .march2025: ["content": [text, audio, linkAsText], "isError": true],
    .june2025: ["content": [text, audio, link], "structuredContent": ["a": 1], "isError": true],
    .november2025: ["content": [text, audio, link], "structuredContent": ["a": 1], "isError": true],
    .july2026: [
      "resultType": "complete", "content": [text, audio, link], "structuredContent": ["a": 1], "isError": true,
    ],
  ]

  @Test(arguments: ProtocolRevision.allCases)
  func `each revision gets the shapes that it knows`(revision: ProtocolRevision) throws {
    let result = CallToolResult(
      content: [Self.text, Self.audio, Self.link], structuredContent: ["a": 1], isError: true)
    #expect(try Self.written(result, revision) == Self.shapes[revision])
  }

  @Test func `structured content that is no object is for the modern era alone`() throws {
    let result = CallToolResult(text: "t", structuredContent: [1])
    let told = try ProtocolRevision.allCases.map { try Self.written(result, $0)["structuredContent"] }
    #expect(told == [nil, nil, nil, nil, [1]])
  }

  @Test func `a structure without content becomes text where the revision has no place for it`() throws {
    let object = CallToolResult(content: [], structuredContent: ["a": 1])
    let asText: JSONValue = [["type": "text", "text": #"{"a":1}"#]]
    #expect(
      try ProtocolRevision.allCases.map { try Self.written(object, $0)["content"] } == [asText, asText, [], [], []])
    let list = CallToolResult(content: [], structuredContent: [1])
    #expect(try Self.written(list, .november2025)["content"] == [["type": "text", "text": "[1]"]])
  }

  @Test func `the tail comes behind the members`() {
    var writer = JSONWriter()
    CallToolResult(text: "t").write(to: &writer, revision: .june2025) { $0.raw(",\"_meta\":{}") }
    let text = #"{"content":[{"type":"text","text":"t"}],"isError":false,"_meta":{}}"#
    #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
  }

  @Test func `an answer of a server is read, and blocks that are no objects are dropped`() {
    #expect(
      CallToolResult(["content": [Self.text, "x", 3], "structuredContent": [1], "isError": true])
        == CallToolResult(content: [Self.text], structuredContent: [1], isError: true))
    #expect(CallToolResult([:]) == CallToolResult(content: []))
    #expect(CallToolResult(["content": "x", "isError": "yes"]) == CallToolResult(content: []))
    #expect(CallToolResult([1]) == nil)
  }
}
