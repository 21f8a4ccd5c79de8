import SCRProtocol
import Testing

@testable import SCRRuntime

struct ExpressionTests {
  private static let scope = TemplateScope(
    inputs: ["folder": "/srv", "none": nil, "odd \"name\"": 7],
    steps: [
      "list": [
        "structuredContent": ["entries": ["a", "b", "c"], "length": 99, "a b": ["x": 1]], "text": "häh",
        "isError": false,
      ]
    ])

  private func value(_ text: String) throws -> JSONValue { try Expression(parsing: text).value(in: Self.scope) }

  private static let values = TableCase.table(
    #"""
    inputs.folder
      "/srv"
    inputs
      {"folder":"/srv","none":null,"odd \"name\"":7}
    inputs.none
      null
    inputs["odd \"name\""]
      7
    steps.list.text
      "häh"
    steps.list.text.length
      3
    steps.list.isError
      false
    steps.list.structuredContent.entries[2]
      "c"
    steps.list.structuredContent.entries.length
      3
    steps.list.structuredContent.length
      99
    steps.list.structuredContent["a b"].x
      1
    steps.list.structuredContent["a b"].length
      1
    inputs.missing ?? "dflt"
      "dflt"
    inputs.missing.deeper[3] ?? {"a": [1]}
      {"a":[1]}
    inputs["a\"?? b"] ?? 1
      1
    steps.list.text ?? "unused"
      "häh"
    steps.list.structuredContent.entries[3] ?? 0
      0
    """#)

  @Test(arguments: values)
  func `a path leads to its value, or to its default`(item: TableCase) throws {
    #expect(try value(item.given).jsonText == item.expected)
  }

  @Test func `blanks around a path are passed over`() throws {
    #expect(try value(" inputs.folder ") == "/srv")
  }

  @Test(arguments: [
    "inputs.missing", "steps.list.structuredContent.entries[3]", "steps.list.text.name", "inputs.folder[0]",
    "steps.other", "steps.list.isError.length",
  ])
  func `a missing path without default names itself`(text: String) throws {
    let expression = try Expression(parsing: text)
    #expect(
      throws: TemplateError("${\(text)} leads nowhere and has no default (write ${\(text) ?? \"…\"} to give one)")
    ) {
      try expression.value(in: Self.scope)
    }
  }

  @Test(arguments: [
    ("", "a path begins with inputs or steps.<id> in ${}"),
    ("input.x", "a path begins with inputs or steps.<id> in ${input.x}"),
    ("steps", "expected steps.<id> in ${steps}"),
    ("steps.", "expected steps.<id> in ${steps.}"),
    ("inputs..x", "expected a name after '.' in ${inputs..x}"),
    ("inputs.a b", "unexpected ' ' in ${inputs.a b}"),
    ("inputs[1", "'[' without ']' in ${inputs[1}"),
    ("inputs[a]", "expected an index or a name in quotes between '[' and ']' in ${inputs[a]}"),
    ("inputs[-1]", "expected an index or a name in quotes between '[' and ']' in ${inputs[-1]}"),
    ("inputs[+1]", "expected an index or a name in quotes between '[' and ']' in ${inputs[+1]}"),
    ("inputs.a ?? b", "the default in ${inputs.a ?? b} is not JSON: unexpected character"),
  ])
  func `what cannot be read is refused with its text`(text: String, message: String) {
    #expect(throws: TemplateError(message)) { try Expression(parsing: text) }
  }

  @Test func `a path has at most 64 parts`() throws {
    let longest = "inputs" + String(repeating: ".a", count: 64)
    #expect(try Expression(parsing: longest).parts.count == 64)
    #expect(throws: TemplateError("more than 64 parts in ${\(longest).a}")) { try Expression(parsing: longest + ".a") }
  }
}
