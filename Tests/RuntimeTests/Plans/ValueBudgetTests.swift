import SCRProtocol
import Testing

@testable import SCRRuntime

struct ValueBudgetTests {
  private static func nested(_ depth: Int, around core: JSONValue = nil) -> JSONValue {
    (0..<depth).reduce(core) { value, _ in [value] }
  }

  private func resolve(_ template: JSONValue, _ inputs: JSONObject, bytes: Int = 1 << 20) throws -> JSONValue {
    var budget = ValueBudget(of: "it", bytes: bytes)
    return try template.resolved(in: TemplateScope(inputs: inputs, steps: [:]), &budget)
  }

  @Test func `a template around an inserted value is at most 100 levels deep as a whole`() throws {
    let inputs: JSONObject = ["a": Self.nested(60)]
    #expect(try resolve(Self.nested(40, around: "${inputs.a}"), inputs) == Self.nested(100))
    let error = TemplateError("it would be nested deeper than 100 levels", kind: .tooLarge)
    #expect(throws: error) { try resolve(Self.nested(41, around: "${inputs.a}"), inputs) }
    #expect(throws: error) { try resolve(Self.nested(101), [:]) }
  }

  @Test func `a lone expression counts with its bytes, each time it is used`() throws {
    let inputs: JSONObject = ["a": .string(String(repeating: "x", count: 1 << 19))]
    #expect(try resolve(["${inputs.a}"], inputs) == [inputs["a"]!])
    #expect(throws: TemplateError("it would be over the limit of 1 MiB", kind: .tooLarge)) {
      try resolve(["${inputs.a}", "${inputs.a}"], inputs)
    }
  }

  @Test func `keys and elements are counted wherever they are`() throws {
    let inputs: JSONObject = ["a": .array(Array(repeating: 0, count: ValueBudget.nodes / 2))]
    let error = TemplateError("it would have more than 500000 keys and elements", kind: .tooLarge)
    #expect(throws: error) { try resolve(["${inputs.a}", "${inputs.a}"], inputs, bytes: 64 << 20) }
    #expect(throws: Never.self) { try resolve(["${inputs.a}"], inputs, bytes: 64 << 20) }
  }
}
