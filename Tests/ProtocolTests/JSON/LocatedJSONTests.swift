import SCRProtocol
import Testing

@Suite("LocatedJSON")
struct LocatedJSONTests {
  private func at(_ line: Int, _ column: Int) -> SCRProtocol.SourceLocation {
    SCRProtocol.SourceLocation(file: "a.json", line: line, column: column)
  }

  @Test("values and keys have their places")
  func places() throws {
    let located = try LocatedJSON("{\n  \"é\": [1, {\"x\": null}],\n  \"b\": true }", file: "a.json")
    #expect(located.value == ["é": [1, ["x": nil]], "b": true])
    #expect(
      located.places
        == SourceMap([
          "": at(1, 1), "é": at(2, 8), "é[0]": at(2, 9), "é[1]": at(2, 12), "é[1].x": at(2, 18), "b": at(3, 8),
        ]))
    #expect(located.keys == SourceMap(["é": at(2, 3), "é[1].x": at(2, 13), "b": at(3, 3)]))
    #expect(located.duplicates == [])
  }

  @Test("duplicate keys are told, and the last value is kept")
  func duplicates() throws {
    let located = try LocatedJSON("{\"a\": 1,\n \"a\": 2}", file: "a.json")
    #expect(located.value == ["a": 2])
    #expect(located.duplicates == [LocatedJSON.Duplicate(path: "a", place: at(2, 2))])
  }

  /// From the line's start for every value this would be some 10^11 steps.
  @Test("a document of two megabytes in one line is read in one walk", .timeLimit(.minutes(1)))
  func oneLine() throws {
    let count = 80_000
    let text = "[\(Array(repeating: "\"an element of text\"", count: count).joined(separator: " , "))]"
    let located = try LocatedJSON(text, file: "a.json")
    #expect(text.utf8.count > 1_800_000)
    #expect(located.value.arrayValue?.count == count)
    #expect(located.places["[\(count - 1)]"] == at(1, 2 + (count - 1) * 23))
  }

  @Test(
    "broken text and text beyond the limits is refused",
    arguments: [
      ("{\"a\": }", "unexpected character at line 1, column 7"),
      ("[1\n2]", "expected ',' or ']' at line 2, column 1"),
      ("{a: 1}", "expected a key in quotes at line 1, column 2"),
      ("{} x", "unexpected text after the value at line 1, column 4"),
      ("[[[1]]]", "nested deeper than 2 levels at line 1, column 4"),
      ("[1, 2, 3, 4, 5]", "more than 5 values at line 1, column 13"),
    ])
  func refused(text: String, message: String) {
    let error = #expect(throws: JSONParseError.self) {
      try LocatedJSON(text, file: "a.json", limits: JSONLimits(depth: 2, nodes: 5))
    }
    #expect(error?.description == message)
  }
}
