import SCRProtocol
import Testing

@testable import SCRRuntime

/// Steps that wait, and plans within plans, as they are read.
struct PlanParserWaitTests {
  private func problems(_ document: JSONValue, source: SourceMap = SourceMap()) -> [String] {
    do throws(PlanError) {
      _ = try PlanParser.parse(document, source: source)
      return []
    } catch { return error.problems.map(\.description) }
  }

  private func wait(_ wait: JSONValue) -> JSONValue { ["steps": [["id": "w", "wait": wait]]] }

  private func spec(_ wait: JSONValue) throws -> WaitSpec? {
    let step = try PlanParser.parse(self.wait(wait)).steps[0]
    if case .wait(let spec) = step.work { return spec }
    return nil
  }

  @Test func `every form of waiting is read`() throws {
    #expect(
      try spec(["approval": ["question": "ok?", "options": ["yes", "no"]], "timeoutMs": 5, "onTimeout": "continue"])
        == WaitSpec(
          .approval(question: "ok?", options: ["yes", "no"]), timeout: .milliseconds(5), onTimeout: .continue))
    #expect(
      try spec(["input": ["question": "how many?", "schema": ["type": "integer"]]])
        == WaitSpec(.input(question: "how many?", schema: ["type": "integer"])))
    #expect(
      try spec(["event": ["name": "paid", "key": "7"]]) == WaitSpec(.event(name: "paid", key: "7")))
    #expect(try spec(["time": ["for": 1500]]) == WaitSpec(.time(.after(.milliseconds(1500)))))
    #expect(
      try spec(["time": ["until": "2026-11-23T20:34:25Z"]]) == WaitSpec(.time(.at("2026-11-23T20:34:25Z"))))
  }

  @Test func `expressions of a wait make its step depend on others`() throws {
    let plan = try PlanParser.parse([
      "inputs": ["who": "x"],
      "steps": [
        ["id": "a", "tool": "t"],
        ["id": "w", "wait": ["approval": ["question": "send ${steps.a.text} to ${inputs.who}?"]]],
        ["id": "v", "wait": ["event": ["name": "e", "key": "${steps.w.text}"]]],
        ["id": "t", "wait": ["time": ["until": "${steps.v.structuredContent.at}"]]],
      ],
    ])
    #expect(plan.steps.map(\.dependencies) == [[], ["a"], ["w"], ["v"]])
  }

  private static let badWaits = TableCase.table(
    #"""
    {}
      : expected exactly one of approval, input, event, time
    {"approval": {"question": "?"}, "event": {"name": "e"}}
      : expected exactly one of approval, input, event, time
    {"approval": {}}
      .approval.question: "question" is missing: what is asked
    {"approval": {"question": "?", "options": []}}
      .approval.options: expected 1 to 20 options
    {"approval": {"question": "?", "options": ["a", "a"]}}
      .approval.options[1]: "a" is there already
    {"approval": {"question": "?", "options": [""]}}
      .approval.options[0]: expected a text of 1 to 100 bytes
    {"approval": {"qestion": "?", "question": "?"}}
      .approval.qestion: unknown member "qestion" (did you mean "question"?)
    {"approval": {"question": "${steps.x.text}"}}
      .approval.question: there is no step "x" (did you mean "w"?)
    {"input": {"question": "?"}}
      .input.schema: "schema" is missing: it says what is a good answer (true takes any)
    {"input": {"question": "?", "schema": {"type": "text"}}}
      .input.schema: "text" is no type
    {"event": {}}
      .event.name: "name" is missing: which event it is
    {"time": {}}
      .time: expected either for (milliseconds) or until (RFC 3339)
    {"time": {"for": 0}}
      .time.for: 0 is outside 1…31536000000
    {"time": {"until": "tomorrow"}}
      .time.until: "tomorrow" is no RFC 3339 time (write it as 2026-11-23T20:34:25Z)
    {"time": {"for": 5}, "timeoutMs": 5}
      .timeoutMs: "timeoutMs" has no meaning for a wait for a time (leave it out)
    {"event": {"name": "e"}, "onTimeout": "fail"}
      .onTimeout: "onTimeout" needs a time (give timeoutMs as well)
    {"event": {"name": "e"}, "timeoutMs": 5, "onTimeout": "contine"}
      .onTimeout: "contine" is none of fail, continue (did you mean "continue"?)
    """#)

  @Test(arguments: badWaits)
  func `a fault of a wait is named with its path`(item: TableCase) throws {
    #expect(problems(wait(try item.json())) == ["steps[0].wait\(item.expected)"])
  }

  @Test func `members of other steps have no meaning for a wait`() {
    let step: JSONValue = ["id": "w", "wait": ["time": ["for": 5]], "retry": ["attempts": 2], "timeoutMs": 5]
    #expect(
      problems(["steps": [step]]) == [
        #"steps[0].retry: "retry" has no meaning for a wait step (leave it out)"#,
        #"steps[0].timeoutMs: the time of a wait step belongs into "wait" (write wait.timeoutMs)"#,
      ])
  }

  // MARK: Plans within plans

  private func outer(_ plan: JSONValue, inputs: JSONValue = [:]) -> JSONValue {
    ["inputs": ["n": 1], "steps": [["id": "a", "tool": "t"], ["id": "c", "plan": plan, "inputs": inputs]]]
  }

  @Test func `a plan within a plan is read with its own inputs, and its step depends on what they need`() throws {
    let inner: JSONValue = ["title": "I", "inputs": ["m": nil], "steps": [["id": "a", "tool": "t"]]]
    let plan = try PlanParser.parse(outer(inner, inputs: ["m": "${steps.a.text} ${inputs.n}"]))
    #expect(
      plan.steps[1].work
        == .plan(
          ChildPlan(
            document: inner, plan: try PlanParser.parse(inner), inputs: ["m": "${steps.a.text} ${inputs.n}"])))
    #expect(plan.steps[1].dependencies == ["a"])
  }

  @Test func `faults of the inner plan are told with their whole path and their place`() {
    var source = SourceMap([:])
    source.record(SourceLocation(file: "p.yaml", line: 9, column: 5), at: "steps[1].plan.steps[0].tol")
    #expect(
      problems(outer(["steps": [["id": "x", "tol": "t", "tool": "t"]]]), source: source) == [
        #"p.yaml:9:5: steps[1].plan.steps[0].tol: unknown member "tol" (did you mean "tool"?)"#
      ])
    #expect(
      problems(outer(["steps": [["id": "x", "tool": "t", "arguments": ["y": "${steps.a.text}"]]]])) == [
        #"steps[1].plan.steps[0].arguments.y: there is no step "a" (did you mean "x"?)"#
      ])
    #expect(
      problems(outer(["steps": [["id": "x", "tool": "t"]], "expect": [["step": "a", "notError": true]]])) == [
        #"steps[1].plan.expect[0].step: there is no step "a" (did you mean "x"?)"#
      ])
  }

  @Test func `the inner plan's inputs are checked`() {
    let inner: JSONValue = ["inputs": ["m": nil], "steps": [["id": "x", "tool": "t"]]]
    #expect(
      problems(outer(inner, inputs: ["k": 1])) == [
        #"steps[1].inputs: the plan's input "m" is missing (give it here, or give it a default in the plan)"#,
        #"steps[1].inputs.k: the plan has no input "k" (did you mean "m"?)"#,
      ])
  }

  @Test func `plans are nested eight deep and no deeper`() throws {
    func nested(_ depth: Int) -> JSONValue {
      (1..<depth).reduce(["steps": [["id": "x", "tool": "t"]]]) { plan, _ in ["steps": [["id": "x", "plan": plan]]] }
    }
    #expect(problems(nested(8)) == [])
    let found = problems(nested(9))
    #expect(found.count == 1)
    #expect(found.first?.hasSuffix("plan: plans are nested deeper than 8 (submit the inner ones as tasks)") == true)
  }

  @Test func `servers and calls of inner plans count as the plan's own`() throws {
    let plan = try PlanParser.parse(outer(["steps": [["id": "x", "tool": "files.read"]]]))
    #expect(plan.serverNames == ["files"])
    let tools = ToolRegistry(inlineTools: []).catalogue
    #expect(
      PlanChecker.problems(in: plan, tools: tools).map(\.path) == ["steps[0].tool", "steps[1].plan.steps[0].tool"])
  }
}
