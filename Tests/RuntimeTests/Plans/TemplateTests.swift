import SCRProtocol
import Testing

@testable import SCRRuntime

struct TemplateTests {
  private static let scope = TemplateScope(
    inputs: ["n": 3, "list": [1, "two"], "text": "x", "none": nil], steps: [:])

  private func value(_ text: String) throws -> JSONValue { try Template(text).value(in: Self.scope) }

  @Test func `a lone expression keeps the JSON type of its value`() throws {
    #expect(try value("${inputs.n}") == 3)
    #expect(try value("${inputs.list}") == [1, "two"])
    #expect(try value("${inputs.none}") == nil)
  }

  @Test func `beside text a value is inserted as text, containers as JSON`() throws {
    #expect(try value("n=${inputs.n}; ${inputs.list}${inputs.text}${inputs.none}") == #"n=3; [1,"two"]xnull"#)
    #expect(try value(" ${inputs.n}") == " 3")
  }

  @Test func `two dollars before a brace stand for the characters themselves`() throws {
    #expect(try value("$${inputs.n} costs $5 $ $$") == "${inputs.n} costs $5 $ $$")
    #expect(try value("$${${inputs.n}}") == "${3}")
    #expect(try value("") == "")
  }

  @Test func `braces within a default do not end the expression`() throws {
    #expect(try value(#"${inputs.no ?? {"a": "}"}}!"#) == #"{"a":"}"}!"#)
    #expect(try value(#"${inputs.no ?? "\"}"}"#) == #""}"#)
  }

  @Test func `an expression without an end is refused with the way to write the characters`() {
    #expect(throws: TemplateError(#"${ without } in "a ${inputs.n" (write $${ for the characters themselves)"#)) {
      try Template("a ${inputs.n")
    }
  }

  @Test func `an inserted text is at most 1 MiB, a lone value may be longer`() throws {
    let large = JSONValue.string(String(repeating: "x", count: Template.insertLimit + 1))
    let scope = TemplateScope(inputs: ["large": large], steps: [:])
    #expect(try Template("${inputs.large}").value(in: scope) == large)
    let error = TemplateError(
      "the value of ${inputs.large} is over the limit of 1 MiB for inserted text", kind: .tooLarge)
    #expect(throws: error) {
      try Template("a${inputs.large}").value(in: scope)
    }
  }

  @Test func `a text with its insertions is at most 8 MiB`() throws {
    let scope = TemplateScope(inputs: ["x": .string(String(repeating: "x", count: Template.insertLimit))], steps: [:])
    let full = String(repeating: "${inputs.x}", count: 8)
    #expect(try Template(full).value(in: scope).stringValue?.utf8.count == Template.textLimit)
    #expect(throws: TemplateError("the text with its values is over the limit of 8 MiB", kind: .tooLarge)) {
      try Template(full + ".").value(in: scope)
    }
  }

  @Test func `expressions are found and resolved at every depth, keys stay as they are`() throws {
    let value: JSONValue = ["a": [["${k}": "${inputs.n}"], 1], "b": "${inputs.text}y", "c": true]
    #expect(
      value.templates(path: "arguments").map { "\($0.path)=\($0.text)" } == [
        "arguments.a[0].${k}=${inputs.n}", "arguments.b=${inputs.text}y",
      ])
    #expect(try value.resolved(in: Self.scope) == ["a": [["${k}": 3], 1], "b": "xy", "c": true])
  }
}
