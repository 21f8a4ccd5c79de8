import SCRProtocol
import SCRRuntime
import SCRTestSupport

/// A model and a tool whose results fill its window: it reads page after page until the first is left out, and then reads
/// that again.
enum ReadingAgain {
  static let source = FakeToolSource(
    effects: ["page": .readOnly],
    [
      "page": { call in ToolResult(text: String(repeating: "page \(call.arguments["n"]?.jsonText ?? "") ", count: 1000))
      }
    ])

  static func model() -> ModelFake {
    ModelFake(contextTokens: 8000) { request in
      let names = request.messages.flatMap(\.toolCalls).map(\.name)
      if names.contains("read_result") { return ModelFake.text("read again", tokens: 0) }
      if request.tools.contains(where: { $0.name == "read_result" }) {
        return ModelFake.calls(("read_result", ["call": 1]), tokens: 0)
      }
      return ModelFake.calls(("fake_page", ["n": JSONValue(names.count + 1)]), tokens: 0)
    }
  }
}
