import SCRProtocol
import Testing

@testable import SCRRuntime

struct PlanParserTests {
  /// The plan of interface.md §5.
  static let folderReport: JSONValue = [
    "title": "Report on a folder",
    "inputs": ["folder": "."],
    "steps": [
      [
        "id": "list", "tool": "filesystem.list_directory", "arguments": ["path": "${inputs.folder}"],
        "retry": ["attempts": 3, "backoffMs": 200, "jitter": 0.2], "timeoutMs": 10000, "onUnknownOutcome": "retry",
      ],
      [
        "id": "count", "tool": "calculator",
        "arguments": ["expression": "${steps.list.structuredContent.entries.length} * 1"],
      ],
      [
        "id": "write", "needs": ["count"], "tool": "filesystem.write_file",
        "arguments": ["path": "report.md", "content": "Entries: ${steps.count.text}"],
      ],
    ],
    "expect": [
      ["step": "write", "notError": true], ["value": "${steps.count.structuredContent.result}", "atLeast": 1],
    ],
    "result": "${steps.write.text}",
  ]

  private func problems(_ document: JSONValue, source: SourceMap = SourceMap(), hasModel: Bool = false) -> [String] {
    do throws(PlanError) {
      _ = try PlanParser.parse(document, source: source, hasModel: hasModel)
      return []
    } catch { return error.problems.map(\.description) }
  }

  /// A plan with one good step and whatever is given.
  private func plan(_ step: JSONObject = [:], _ members: JSONObject = [:]) -> JSONValue {
    var fields: JSONObject = ["id": "a", "tool": "calculator"]
    for field in step { fields[field.key] = field.value.isNull ? .none : .some(field.value) }
    var document: JSONObject = ["steps": [.object(fields)]]
    for member in members { document[member.key] = member.value }
    return .object(document)
  }

  @Test func `the plan of the interface is read wholly`() throws {
    let read = try PlanParser.parse(Self.folderReport)
    let expected = Plan(
      title: "Report on a folder", inputs: ["folder": "."],
      steps: [
        Step(
          id: "list",
          work: .tool(
            ToolName(server: "filesystem", tool: "list_directory"), arguments: ["path": "${inputs.folder}"]),
          retry: RetryPolicy(attempts: 3, backoff: .milliseconds(200), jitter: 0.2), timeout: .seconds(10),
          onUnknownOutcome: .retry),
        Step(
          id: "count",
          work: .tool(
            ToolName(tool: "calculator"),
            arguments: ["expression": "${steps.list.structuredContent.entries.length} * 1"]),
          dependencies: ["list"]),
        Step(
          id: "write",
          work: .tool(
            ToolName(server: "filesystem", tool: "write_file"),
            arguments: ["path": "report.md", "content": "Entries: ${steps.count.text}"]),
          dependencies: ["count"]),
      ],
      expectations: [
        .step("write", notError: true), .value("${steps.count.structuredContent.result}", .atLeast(1)),
      ],
      result: "${steps.write.text}")
    #expect(read == expected)
  }

  @Test func `a plan without a title is called by its steps`() throws {
    #expect(try PlanParser.parse(plan()).title == "a")
  }

  private static let idHint =
    "ids begin with a small letter and go on with small letters, digits and _, 64 characters at most"

  @Test func `every problem is reported at once, in the order of the file`() {
    var source = SourceMap([:])
    for (path, line) in [
      ("steps[0].tol", 5), ("steps[0]", 4), ("steps[1].needs[0]", 9), ("titel", 1), ("steps[1].id", 8),
    ] {
      source.record(SourceLocation(file: "p.yaml", line: line, column: 3), at: path)
    }
    let document: JSONValue = [
      "titel": "x",
      "steps": [
        ["id": "list", "tol": "calculator"],
        ["id": "Two", "tool": "calculator", "needs": ["lst"]],
        ["id": "three", "tool": "calculator", "needs": ["lst"]],
      ],
    ]
    #expect(
      problems(document, source: source) == [
        #"p.yaml:1:3: titel: unknown member "titel" (did you mean "title"?)"#,
        "p.yaml:4:3: steps[0]: the step does nothing (give tool and arguments, or plan, or wait)",
        #"p.yaml:5:3: steps[0].tol: unknown member "tol" (did you mean "tool"?)"#,
        #"p.yaml:8:3: steps[1].id: "Two" is no id (\#(Self.idHint))"#,
      ])
  }

  private static let noPlans = TableCase.table(
    #"""
    []
      expected an object, found array
    {}
      steps: "steps" is missing: a plan has at least one step
    {"steps": []}
      steps: a plan has at least one step
    {"steps": 1}
      steps: expected an array, found integer
    {"steps": [1]}
      steps[0]: expected an object, found integer
    {"step": []}
      step: unknown member "step" (did you mean "steps"?)
    """#)

  @Test(arguments: noPlans)
  func `what is no plan at all is told in one line`(item: TableCase) throws {
    #expect(problems(try item.json()) == [item.expected])
  }

  /// Members of an otherwise good step `a`; null takes one away.
  private static let badSteps = TableCase.table(
    #"""
    {"id": null}
      id: "id" is missing: every step has one
    {"id": 7}
      id: expected a string, found integer
    {"tool": 7}
      tool: expected a string, found integer
    {"tool": ""}
      tool: expected a text that is not empty
    {"arguments": []}
      arguments: expected an object, found array
    {"argumets": {}}
      argumets: unknown member "argumets" (did you mean "arguments"?)
    {"tool": null, "plan": {}}
      plan.steps: "steps" is missing: a plan has at least one step
    {"onFailure": "stopp"}
      onFailure: "stopp" is none of stop, skipDependents, continue (did you mean "stop"?)
    {"budget": 1}
      budget: "budget" has no meaning for a tool step (leave it out)
    {"timeoutMs": 0}
      timeoutMs: 0 is outside 1…86400000
    {"timeoutMs": 1.5}
      timeoutMs: expected an integer, found number
    {"retry": {"attempts": 101}}
      retry.attempts: 101 is outside 1…100
    {"retry": {}}
      retry.attempts: "attempts" is missing: how often the step is tried at most
    {"retry": {"attempts": 2, "jitter": 2}}
      retry.jitter: expected 0…1
    {"retry": {"attempts": 2, "backoff": 2}}
      retry.backoff: unknown member "backoff" (did you mean "backoffMs"?)
    {"onUnknownOutcome": "retri"}
      onUnknownOutcome: "retri" is none of retry, ask, fail (did you mean "retry"?)
    {"needs": "a"}
      needs: expected an array, found string
    {"needs": [1]}
      needs[0]: expected the id of a step, found integer
    {"needs": ["b"]}
      needs[0]: there is no step "b" (did you mean "a"?)
    {"arguments": {"x": [{"y": "${steps.nowhere.text}"}]}}
      arguments.x[0].y: there is no step "nowhere"
    {"arguments": {"x": "${inputs.folder}"}}
      arguments.x: there is no input "folder" in ${inputs.folder} (declare it under inputs; null means it must be given)
    {"arguments": {"x": "${input.folder}"}}
      arguments.x: a path begins with inputs or steps.<id> in ${input.folder}
    """#)

  @Test(arguments: badSteps)
  func `a step's fault is named with its path and what would be right`(item: TableCase) throws {
    #expect(problems(plan(try #require(try item.json().objectValue))) == ["steps[0].\(item.expected)"])
  }

  @Test func `a step is one thing`() {
    let message = "steps[0]: a step is one thing, not tool and agent (make two steps of it)"
    #expect(problems(plan(["agent": "worker"])) == [message])
  }

  @Test func `a step that refers to itself is a circle of one`() {
    let message = "steps[0]: a needs itself (an arrow leads from a step to one that it needs)"
    #expect(problems(plan(["needs": ["a"]])) == [message])
    #expect(problems(plan(["arguments": ["x": "${steps.a.text}"]])) == [message])
  }

  private static let badExpectations = TableCase.table(
    #"""
    {"step": "b", "notError": true}
      expect[0].step: there is no step "b" (did you mean "a"?)
    {"step": "a"}
      expect[0].notError: expected notError: true (a step whose tool reports an error has failed)
    {"step": "a", "notError": false}
      expect[0].notError: expected notError: true (a step whose tool reports an error has failed)
    {}
      expect[0]: an expectation has either step and notError, or value and a comparison
    {"value": "${steps.a.text}"}
      expect[0]: expected exactly one of equals, atLeast, atMost, contains, matches, schema
    {"value": 1, "atLeast": 1, "atMost": 2}
      expect[0]: expected exactly one of equals, atLeast, atMost, contains, matches, schema
    {"value": 1, "atLeast": "1"}
      expect[0].atLeast: expected a number, found string
    {"value": "${steps.b.text}", "equals": 1}
      expect[0].value: there is no step "b" (did you mean "a"?)
    {"value": 1, "schema": {"type": "text"}}
      expect[0].schema: "text" is no type
    {"value": 1, "equals": "${steps.a"}
      expect[0].equals: ${ without } in "${steps.a" (write $${ for the characters themselves)
    """#)

  @Test(arguments: badExpectations)
  func `an expectation's fault is named with its path`(item: TableCase) throws {
    #expect(problems(plan([:], ["expect": [try item.json()]])) == [item.expected])
  }

  @Test func `a pattern that cannot be read is refused`() {
    let found = problems(plan([:], ["expect": [["value": "x", "matches": "a("]]]))
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix(#"expect[0].matches: the pattern "a(" cannot be read"#) == true)
  }

  @Test func `all forms of expectations are read`() throws {
    let document = plan(
      [:],
      [
        "expect": [
          ["value": 1, "equals": ["a"]], ["value": 1, "atMost": 2.5], ["value": "x", "contains": "y"],
          ["value": "x", "matches": "^y"], ["value": nil, "schema": ["type": "null"]],
        ]
      ])
    #expect(
      try PlanParser.parse(document).expectations == [
        .value(1, .equals(["a"])), .value(1, .atMost(2.5)), .value("x", .contains("y")), .value("x", .matches("^y")),
        .value(nil, .schema(["type": "null"])),
      ])
  }

  @Test func `an unknown step in the result is refused`() {
    #expect(
      problems(plan([:], ["result": ["x": "${steps.b.text}"]])) == [
        #"result.x: there is no step "b" (did you mean "a"?)"#
      ])
  }

  @Test func `every circle of steps is named once`() {
    func step(_ id: String, _ needs: [JSONValue]) -> JSONValue {
      ["id": .string(id), "tool": "calculator", "needs": .array(needs)]
    }
    let document: JSONValue = [
      "steps": [
        step("a", ["b"]), step("b", ["c"]), step("c", ["a"]), step("free", []), step("d", ["e", "free"]),
        step("e", ["d"]), step("after", ["a"]),
      ]
    ]
    #expect(
      problems(document) == [
        "steps[0]: steps wait for each other: a → b → c → a (an arrow leads from a step to one that it needs)",
        "steps[4]: steps wait for each other: d → e → d (an arrow leads from a step to one that it needs)",
      ])
  }

  @Test func `the same id twice is refused`() {
    let step: JSONValue = ["id": "a", "tool": "calculator"]
    #expect(problems(["steps": [step, step]]) == [#"steps[1].id: the id "a" is taken by steps[0]"#])
  }

  @Test func `an agent step is refused without a model and read with one`() throws {
    let document: JSONValue = ["steps": [["id": "a", "agent": "writer", "goal": "Write"]]]
    #expect(throws: PlanError.self) { try PlanParser.parse(document) }
    do { _ = try PlanParser.parse(document) } catch {
      #expect(error.kind == .modelUnavailable)
      #expect(error.description.hasPrefix("steps[0].agent: an agent step needs a model, and none is configured"))
    }
    #expect(
      try PlanParser.parse(document, hasModel: true).steps == [Step(id: "a", work: .agent(.writer, goal: "Write"))])
    #expect(
      problems(["steps": [["id": "a", "agent": "planner", "goal": "x"]]], hasModel: true) == [
        #"steps[0].agent: "planner" is none of worker, researcher, writer, validator"#
      ])
  }

  @Test func `plans beyond the limits are refused`() {
    let many = (0...PlanLimits.steps).map { JSONValue.object(["id": .string("s\($0)"), "tool": "calculator"]) }
    #expect(problems(["steps": .array(many)]) == ["steps: 1001 steps are over the limit of 1000"])
    let long = JSONValue.string(String(repeating: "x", count: PlanLimits.bytes))
    let document = plan(["arguments": ["x": long]])
    #expect(throws: PlanError.self) { try PlanParser.parse(document) }
    do { _ = try PlanParser.parse(document) } catch { #expect(error.kind == .tooLarge) }
  }

  @Test func `a thousand steps in a row are read`() throws {
    let steps = (0..<PlanLimits.steps).map { place in
      JSONValue.object([
        "id": .string("s\(place)"), "tool": "calculator", "needs": place == 0 ? [] : [.string("s\(place - 1)")],
      ])
    }
    #expect(try PlanParser.parse(["steps": .array(steps)]).steps.last?.dependencies == ["s998"])
  }

  @Test func `no more than a hundred problems are reported`() {
    let bad = Array(repeating: JSONValue.integer(1), count: 500)
    #expect(problems(["steps": .array(bad)]).count == PlanLimits.problems)
  }
}
