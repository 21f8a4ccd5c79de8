import SCRProtocol
import SCRRuntime
import Testing

struct ToolResultTests {
  @Test func `the text is that of the text blocks`() {
    let result = ToolResult(
      content: [
        ["type": "text", "text": "a"], ["type": "image", "text": "no"], ["type": "text"],
        ["type": "text", "text": "b"],
      ])
    #expect(result.text == "a\nb")
  }

  @Test func `a step's value is read as the result it was`() {
    let result = ToolResult(text: "a", structuredContent: ["n": 1], isError: true)
    #expect(
      result.json == [
        "text": "a", "content": [["type": "text", "text": "a"]], "isError": true, "structuredContent": ["n": 1],
      ])
    #expect(ToolResult(json: result.json) == result)
    #expect(ToolResult(json: ["content": []]) == ToolResult(content: []))
    #expect(ToolResult(json: ["text": "a"]) == nil)
  }
}
