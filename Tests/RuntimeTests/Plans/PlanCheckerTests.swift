import SCRProtocol
import Testing

@testable import SCRRuntime

struct PlanCheckerTests {
  private struct NamedTool: InlineTool {
    let descriptor: ToolDescriptor
    func run(_ arguments: JSONObject) -> ToolResult { ToolResult(text: "") }
  }

  private static let tools = ToolCatalogue(
    inline: [
      NamedTool(
        descriptor: ToolDescriptor(
          name: ToolName(tool: "greet"), description: "",
          inputSchema: [
            "type": "object",
            "properties": [
              "name": ["$ref": "#/$defs/name"], "times": ["type": "integer", "minimum": 1],
              "loud": ["type": "boolean"], "tags": ["type": "array", "items": ["type": "string"]],
            ],
            "$defs": ["name": ["type": "string", "maxLength": 5]],
            "required": ["name"],
            "additionalProperties": false,
          ])),
      NamedTool(
        descriptor: ToolDescriptor(
          name: ToolName(tool: "open"), description: "",
          inputSchema: ["type": "object", "anyOf": [["required": ["a"]], ["required": ["b"]]]])),
      NamedTool(
        descriptor: ToolDescriptor(name: ToolName(tool: "forbidden"), description: "", inputSchema: ["type": "object"])
      ),
      NamedTool(
        descriptor: ToolDescriptor(
          name: ToolName(tool: "odd"), description: "", inputSchema: ["$ref": "https://example.com/schema"])),
    ], sources: [], policy: ToolPolicy(deny: [Glob("forbidden")]))

  private func problems(
    _ tool: String = "greet", _ arguments: JSONObject = ["name": "Ada"], plan inputs: JSONObject = [:],
    given: JSONObject? = nil
  ) -> [String] {
    let step = Step(id: "a", work: .tool(ToolName(qualified: tool), arguments: arguments))
    let plan = Plan(title: "test", inputs: inputs, steps: [step])
    return PlanChecker.problems(in: plan, tools: Self.tools, inputs: given).map { "\($0.kind): \($0)" }
  }

  @Test func `a plan whose tools and arguments are right has no problems`() {
    #expect(problems("greet", ["name": "Ada", "times": 2, "tags": ["x"]]) == [])
    #expect(problems("open", ["a": 1]) == [])
  }

  @Test func `an unknown tool is reported with a suggestion`() {
    #expect(
      problems("gret") == [#"invalid_plan: steps[0].tool: there is no tool "gret" (did you mean "greet"?)"#])
    #expect(
      problems("something.else") == [
        #"invalid_plan: steps[0].tool: there is no tool "something.else" (scr mcp list shows the tool servers and their tools)"#
      ])
  }

  @Test func `a tool that policy denies is reported with the way to allow it`() {
    #expect(
      problems("forbidden") == [
        "denied: steps[0].tool: the tool forbidden is not allowed (allow it with tools.allow, or name it in allowedTools of its server)"
      ])
  }

  private static let literals = TableCase.table(
    #"""
    {}
      steps[0].arguments: the argument "name" is missing
    {"name": "Ada", "tims": 2}
      steps[0].arguments: unknown member "tims" (did you mean "times"?)
    {"name": 7}
      steps[0].arguments.name: expected string, found integer
    {"name": "Grace Hopper"}
      steps[0].arguments.name: expected at most 5 characters, found 12
    {"name": "Ada", "times": 0}
      steps[0].arguments.times: expected at least 1, found 0
    {"name": "Ada", "tags": ["x", 1]}
      steps[0].arguments.tags[1]: expected string, found integer
    """#)

  @Test(arguments: literals)
  func `literal arguments are checked against the tool's schema`(item: TableCase) throws {
    let arguments = try #require(try item.json().objectValue)
    #expect(problems("greet", arguments) == ["invalid_plan: \(item.expected)"])
  }

  private static let expressions = TableCase.table(
    #"""
    {"name": "${steps.b.structuredContent}"}
      fine
    {"name": "${steps.b.text}", "times": "${steps.b.structuredContent.n}", "tags": ["${steps.b.text}"]}
      fine
    {"name": "Ada", "tims": "${steps.b.text}"}
      steps[0].arguments: unknown member "tims" (did you mean "times"?)
    {"times": "${steps.b.structuredContent.n}"}
      steps[0].arguments: the argument "name" is missing
    {"name": "Ada", "times": "${steps.b.text}"}
      steps[0].arguments.times: expected integer, but the expression gives a value of the type string
    {"name": "Ada", "times": "${steps.b.structuredContent.n}0"}
      steps[0].arguments.times: expected integer, but the expression gives a value of the type string
    {"name": "Ada", "loud": ["${steps.b.text}"]}
      steps[0].arguments.loud: expected boolean, but the expression gives a value of the type array
    """#)

  @Test(arguments: expressions)
  func `of arguments with expressions only what is certain is checked`(item: TableCase) throws {
    let arguments = try #require(try item.json().objectValue)
    #expect(problems("greet", arguments) == (item.expected == "fine" ? [] : ["invalid_plan: \(item.expected)"]))
  }

  @Test func `arguments that look at each other are left to the tool while expressions are open`() {
    #expect(problems("open", ["c": "${steps.b.text}"]) == [])
  }

  @Test func `a schema that cannot be compiled is its server's affair`() {
    #expect(problems("odd", ["x": 1]) == [])
  }

  @Test func `arguments that depend on inputs alone are checked with their values`() {
    let arguments: JSONObject = ["name": "${inputs.who}", "times": "${inputs.n}"]
    #expect(problems("greet", arguments, plan: ["who": "Ada", "n": 1]) == [])
    #expect(
      problems("greet", arguments, plan: ["who": "Ada", "n": "many"]) == [
        "invalid_plan: steps[0].arguments.times: expected integer, found string"
      ])
    #expect(
      problems("greet", arguments, plan: ["who": "Ada", "n": nil], given: ["n": 0]) == [
        "invalid_plan: steps[0].arguments.times: expected at least 1, found 0"
      ])
    #expect(problems("greet", arguments, plan: ["who": "Ada", "n": nil]) == [])
    let lost = problems("greet", ["name": "${inputs.who.first}"], plan: ["who": "Ada"])
    #expect(lost.count == 1)
    #expect(lost.first?.hasPrefix("invalid_plan: steps[0].arguments.name: ${inputs.who.first} leads nowhere") == true)
  }

  @Test func `at a submission missing and unknown inputs are reported`() {
    #expect(
      problems(plan: ["folder": nil, "depth": 1], given: ["foldr": "/srv"]) == [
        "invalid_input: inputs.folder: the input \"folder\" is missing (give it with --input folder=…)",
        #"invalid_input: inputs.foldr: the plan has no input "foldr" (did you mean "folder"?)"#,
      ])
    #expect(
      problems(given: ["x": 1]) == [#"invalid_input: inputs.x: the plan has no input "x" (it has none)"#])
    #expect(problems(plan: ["folder": nil], given: ["folder": "/srv"]) == [])
    #expect(problems(plan: ["folder": nil]) == [])
  }
}
