import SCRProtocol
import Testing

struct JSONPrettyTextTests {
  @Test func `one member or element a line, empty containers stay short, order is kept`() throws {
    let value: JSONValue = ["b": [1, [:], ["x": nil]], "a \"q\"": [], "c": 1.5]
    let text = """
      {
        "b": [
          1,
          {},
          {
            "x": null
          }
        ],
        "a \\"q\\"": [],
        "c": 1.5
      }

      """
    #expect(value.prettyText == text)
    #expect(try JSONParser.parse(value.prettyText) == value)
  }
}
