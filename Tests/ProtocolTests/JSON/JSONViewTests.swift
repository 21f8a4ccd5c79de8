import SCRProtocol
import Testing

struct JSONViewTests {
  private func look<Value>(_ text: String, _ body: (JSONView) -> Value?) -> Value? {
    JSONView.look(at: ArraySlice(text.utf8), body)
  }

  private func member(_ text: String, _ name: StaticString) -> String? {
    look(text) { view in
      var found: String?
      view.members { if $0.isNamed(name) { found = $0.value.string } }
      return found
    }
  }

  @Test func `members are found by name, the last of a repeated one, escapes resolved`() {
    #expect(member(#" {"a" : "x", "b": "y\n\u00fc"} "#, "b") == "y\nü")
    #expect(member(#"{"a": "first", "a": "last"}"#, "a") == "last")
    #expect(member(#"{"\u0061": "x"}"#, "a") == "x")
    #expect(member(#"{"a": 1}"#, "a") == nil && member(#"["a"]"#, "a") == nil && member("{}", "a") == nil)
  }

  @Test func `values tell what they are`() {
    #expect(look("null") { $0.isNull } == true && look("false") { $0.isFalse } == true)
    #expect(look("7") { $0.integer } == 7 && look("\"7\"") { $0.integer } == nil && look("7.5") { $0.integer } == nil)
    #expect(look("\"ab\"") { $0.isString("ab") } == true && look("\"abc\"") { $0.isString("ab") } == false)
    #expect(look("[ \"x\", 2]") { $0.first?.string } == "x" && look("[]") { $0.first?.string } == nil)
    #expect(look("{}") { $0.first?.string } == nil)
  }

  @Test(arguments: ["", " ", "{", "{\"a\": 1} x", "{\"a\": 1,}", "\"\\x\"", "[1 2]", "nul", "\"\u{1}\"", "01"])
  func `what a parser refuses is not looked into`(text: String) {
    #expect(look(text) { _ in true } == nil)
    #expect(throws: JSONParseError.self) { try JSONParser.parse(text) }
  }

  @Test func `a slice is read within its own bounds`() {
    let bytes = Array("xx{\"a\":\"b\"}yy".utf8)
    #expect(JSONView.look(at: bytes[2..<11]) { view in view.first == nil ? "object" : "" } == "object")
    #expect(JSONView.look(at: bytes[2..<12]) { _ in true } == nil)
  }

  @Test func `what is nested deeper than a parser allows is not looked into`() {
    let deep = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    let limit = JSONLimits.standard.depth
    for depth in [limit - 1, limit, limit + 1] {
      let isParsed = (try? JSONParser.parse(deep(depth))) != nil
      #expect((look(deep(depth)) { _ in true } == true) == isParsed, "\(depth) levels")
    }
  }
}
