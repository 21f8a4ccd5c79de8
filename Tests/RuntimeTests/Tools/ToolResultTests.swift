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

  @Test func `its size counts content and structured content once`() {
    #expect(ToolResult(content: [], structuredContent: nil).size == 2)
    #expect(ToolResult(content: [1], structuredContent: ["n": 1]).size == 10)
  }

  @Test func `only a text that the content holds is left out, and comes back`() {
    let value = ToolResult(text: "a", structuredContent: ["n": 1]).json
    #expect(
      ToolResult.compact(value) == [
        "content": [["type": "text", "text": "a"]], "isError": false, "structuredContent": ["n": 1],
      ])
    #expect(ToolResult.expanded(ToolResult.compact(value)) == value)
    for other: JSONValue in [["text": "b", "content": [], "isError": false], ["text": "a"], 1, ["content": []]] {
      #expect(ToolResult.compact(other) == other)
      #expect(ToolResult.expanded(other) == other)
    }
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
