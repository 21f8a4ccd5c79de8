import SCRProtocol
import SCRServer
import Testing

@Suite("SourceDocument")
struct SourceDocumentTests {
  private func problems(_ text: String, file: String = "a.yaml") -> [String] {
    do {
      _ = try SourceDocument.parse(text, file: file)
      return []
    } catch { return error.problems.map(\.description) }
  }

  private func at(_ line: Int, _ column: Int) -> SCRProtocol.SourceLocation {
    SCRProtocol.SourceLocation(file: "a.yaml", line: line, column: column)
  }

  @Test("YAML values and keys have their places")
  func places() throws {
    let text = "title: Report\nsteps:\n  - id: one\n    args: {a: [1, x]}\n"
    let document = try SourceDocument.parse(text, file: "a.yaml")
    #expect(
      document
        == SourceDocument(
          value: ["title": "Report", "steps": [["id": "one", "args": ["a": [1, "x"]]]]],
          places: SourceMap([
            "": at(1, 1), "title": at(1, 8), "steps": at(3, 3), "steps[0]": at(3, 5), "steps[0].id": at(3, 9),
            "steps[0].args": at(4, 11), "steps[0].args.a": at(4, 15), "steps[0].args.a[0]": at(4, 16),
            "steps[0].args.a[1]": at(4, 19),
          ]),
          keys: SourceMap([
            "title": at(1, 1), "steps": at(2, 1), "steps[0].id": at(3, 5), "steps[0].args": at(4, 5),
            "steps[0].args.a": at(4, 12),
          ])))
  }

  @Test(
    "plain scalars follow the core schema of YAML 1.2",
    arguments: [
      ("true", true), ("False", false), ("yes", "yes"), ("on", "on"), ("NO", "NO"), ("~", nil), ("null", nil),
      ("", nil),
      ("12", 12), ("+12", 12), ("-7", -7), ("007", 7), ("0x1F", 31), ("0o17", 15), ("0b11", "0b11"), ("1_000", "1_000"),
      ("9223372036854775807", 9_223_372_036_854_775_807), ("1:30", "1:30"), ("2026-01-01", "2026-01-01"),
      ("9223372036854775808", .number(JSONNumber(validated: "9223372036854775808"))),
      ("1.50", .number(JSONNumber(validated: "1.50"))), (".5", .number(JSONNumber(validated: "0.5"))),
      ("-1.", .number(JSONNumber(validated: "-1.0"))), ("1E+3", .number(JSONNumber(validated: "1E+3"))),
      ("1e", "1e"), (".", "."), ("+", "+"), ("1.2.3", "1.2.3"), ("\"12\"", "12"), ("'true'", "true"),
      ("!!str 12", "12"),
    ] as [(String, JSONValue)])
  func scalars(text: String, value: JSONValue) throws {
    #expect(try SourceDocument.parse("[\(text == "" ? "~" : text)]", file: "a.yaml").value == [value])
    #expect(try SourceDocument.parse("a: \(text)", file: "a.yaml").value == ["a": value])
  }

  @Test("JSON keeps its own escapes and tabs, in any file")
  func json() throws {
    let text = "{\n\t\"a\": \"\\ud83d\\ude00\\/\"\n}"
    #expect(try SourceDocument.parse(text, file: "plan.yaml").value == ["a": "😀/"])
    #expect(try SourceDocument.parse("{a: 1}", file: "plan.yaml").value == ["a": 1])
    #expect(problems("{a: 1}", file: "plan.json") == ["plan.json:1:2: expected a key in quotes"])
  }

  @Test("an empty document is null")
  func empty() throws {
    #expect(try SourceDocument.parse("", file: "a.yaml").value == .null)
    #expect(try SourceDocument.parse("# nothing\n", file: "a.yaml").value == .null)
  }

  @Test("a few aliases are written out")
  func aliases() throws {
    #expect(try SourceDocument.parse("a: &x [1, 2]\nb: *x\n", file: "a.yaml").value == ["a": [1, 2], "b": [1, 2]])
  }

  @Test(
    "what is wrong is told with its place",
    arguments: [
      ("a: [1, 2", "a.yaml:2:1: while parsing a flow sequence (line 1): did not find expected ',' or ']'"),
      ("a: b: c", "a.yaml:1:5: mapping values are not allowed in this context"),
      ("a: \"x", "a.yaml:1:6: while scanning a quoted scalar (line 1): found unexpected end of stream"),
      ("a: *x", "a.yaml:1:4: found undefined alias"),
      ("a: 1\nb: 2\na: 3", "a.yaml:1:1: the key \"a\" is written twice"),
      ("a: 1\n---\nb: 2", "a.yaml:2:1: expected a single document in the stream (line 1): but found another document"),
      ("a: \u{1}", "a.yaml:1:4: control characters are not allowed"),
      ("1: x", "a.yaml:1:1: the key 1 is not a string; write it in quotes"),
      ("[a]: x", "a.yaml:1:1: a key must be a string"),
      ("a:\n  <<: {b: 1}", "a.yaml:2:3: a: merge keys (<<) are not supported; write the values out"),
      ("a: .inf", "a.yaml:1:4: a: .inf is no number that JSON can hold"),
      ("a: !!int 1", "a.yaml:1:4: a: the tag tag:yaml.org,2002:int is not supported; write the value without it"),
    ])
  func broken(text: String, problem: String) {
    #expect(problems(text) == [problem])
  }

  @Test("several problems of one document are told together")
  func together() {
    #expect(
      problems("1: a\nb: .nan\n<<: c\n") == [
        "a.yaml:1:1: the key 1 is not a string; write it in quotes",
        "a.yaml:2:4: b: .nan is no number that JSON can hold",
        "a.yaml:3:1: merge keys (<<) are not supported; write the values out",
      ])
  }

  @Test("bytes that are no text, and files that are too large, are refused")
  func bytes() {
    func problems(_ bytes: [UInt8]) -> [String] {
      do {
        _ = try SourceDocument.parse(bytes, file: "a.yaml")
        return []
      } catch { return error.problems.map(\.description) }
    }
    #expect(problems([0x61, 0xFF]) == ["a.yaml:1:1: the file is not UTF-8 text"])
    #expect(
      problems(Array(repeating: 0x20, count: SourceDocument.sizeLimit + 1)) == [
        "a.yaml:1:1: the file is larger than 1048576 bytes"
      ])
  }

  @Test("aliases that multiply are refused before they are written out")
  func bomb() {
    var text = "a0: &a0 x\n"
    for level in 1...20 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    #expect(problems(text + "? *a20 \n: x\n") == ["a.yaml:1:1: more than 16 YAML aliases (*name) in one file"])
    let long = "a: &a [\(Array(repeating: "1", count: 20_000).joined(separator: ", "))]\nb: [*a, *a, *a, *a, *a]\n"
    #expect(problems(long) == ["a.yaml:1:59987: more than 100000 values"])
  }

  @Test("emphasis and entities in a text are no aliases")
  func emphasis() throws {
    let words = Array(repeating: "*word*", count: 40).joined(separator: " ")
    let text = "a: |\n  Q &amp; A \(words)\n"
    #expect(try SourceDocument.parse(text, file: "a.yaml").value == ["a": .string("Q &amp; A \(words)\n")])
  }

  @Test("nesting is limited")
  func depth() {
    let text = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    #expect(problems("a: " + text).count == 1)
    #expect(problems(text).first?.hasSuffix("nested deeper than 128 levels") == true)
  }
}
