import Foundation
import SCRProtocol
import Testing

@testable import SCRRuntime

struct PlanSchemaTests {
  /// Whether the schema and the parser agree that a document is a plan, or that it is none.
  private func verdicts(_ document: JSONValue) throws -> (schema: Bool, parser: Bool) {
    let isValid = try JSONSchema.compile(PlanSchema.json).validate(document).isEmpty
    let isRead = (try? PlanParser.parse(document, hasModel: true)) != nil
    return (isValid, isRead)
  }

  @Test func `the committed file is what the code generates`() throws {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
    let file = package.standardizedFileURL.appendingPathComponent("schemas/plan.schema.json")
    if ProcessInfo.processInfo.environment["SCR_UPDATE_GENERATED"] == "1" {
      try PlanSchema.json.prettyText.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == PlanSchema.json.prettyText)
  }

  @Test func `the plan of the interface is valid`() throws {
    #expect(try JSONSchema.compile(PlanSchema.json).validate(PlanParserTests.folderReport) == [])
  }

  private static let documents = TableCase.table(
    #"""
    {"steps": [{"id": "a", "tool": "t"}]}
      valid
    {"steps": [{"id": "a", "agent": "writer", "goal": "x"}], "title": "T", "result": {"x": [1]}}
      valid
    {"steps": [{"id": "a", "tool": "t"}], "expect": [{"value": 1, "equals": null}, {"step": "a", "notError": true}]}
      valid
    {"steps": [{"id": "a", "tool": "t"}], "retry": {"attempts": 3, "backoffMs": 600000, "jitter": 0.5}}
      valid
    {"steps": [{"id": "a", "tool": "t"}], "retry": {"attempts": 0}}
      invalid
    {"steps": [{"id": "a", "tool": "t"}], "retry": {"backoffMs": 5}}
      invalid
    {"steps": [{"id": "a", "tool": "t"}], "retry": {"attempts": 2, "jitter": 2}}
      invalid
    {"steps": [{"id": "a", "tool": "t"}], "retry": {"attempts": 2, "often": true}}
      invalid
    {}
      invalid
    {"steps": []}
      invalid
    {"steps": [{"id": "A", "tool": "t"}]}
      invalid
    {"steps": [{"id": "a"}]}
      invalid
    {"steps": [{"id": "a", "tool": "t", "agent": "writer", "goal": "x"}]}
      invalid
    {"steps": [{"id": "a", "agent": "planner", "goal": "x"}]}
      invalid
    {"steps": [{"id": "a", "tool": "t", "retry": {}}]}
      invalid
    {"steps": [{"id": "a", "tool": "t", "retry": {"attempts": 101}}]}
      invalid
    {"steps": [{"id": "a", "tool": "t", "timeoutMs": 0}]}
      invalid
    {"steps": [{"id": "a", "tool": "t", "onUnknownOutcome": "never"}]}
      invalid
    {"steps": [{"id": "a", "tool": "t"}], "expect": [{"value": 1}]}
      invalid
    {"steps": [{"id": "a", "tool": "t"}], "expect": [{"value": 1, "atLeast": 1, "atMost": 2}]}
      invalid
    {"steps": [{"id": "a", "tool": "t"}], "expect": [{"step": "a", "notError": false}]}
      invalid
    {"steps": [{"id": "a", "tool": "t"}], "extra": 1}
      invalid
    {"steps": [{"id": "a", "tool": "t", "onFailure": "continue"}], "failure": "failFast"}
      valid
    {"steps": [{"id": "a", "tool": "t"}], "failure": "never"}
      invalid
    {"steps": [{"id": "a", "wait": {"approval": {"question": "?", "options": ["x"]}, "timeoutMs": 5, "onTimeout": "fail"}}]}
      valid
    {"steps": [{"id": "a", "wait": {"input": {"question": "?", "schema": {"type": "string"}}}}]}
      valid
    {"steps": [{"id": "a", "wait": {"event": {"name": "e", "key": "k"}}, "needs": [], "onFailure": "stop"}]}
      valid
    {"steps": [{"id": "a", "wait": {"time": {"for": 5}}}, {"id": "b", "wait": {"time": {"until": "2026-11-23T20:34:25Z"}}}]}
      valid
    {"steps": [{"id": "a", "wait": {}}]}
      invalid
    {"steps": [{"id": "a", "wait": {"approval": {"question": "?"}, "event": {"name": "e"}}}]}
      invalid
    {"steps": [{"id": "a", "wait": {"approval": {"question": "?", "options": []}}}]}
      invalid
    {"steps": [{"id": "a", "wait": {"approval": {"question": "?"}, "onTimeout": "fail"}}]}
      invalid
    {"steps": [{"id": "a", "wait": {"time": {"for": 5, "until": "2026-11-23T20:34:25Z"}}}]}
      invalid
    {"steps": [{"id": "a", "wait": {"event": {"name": "e"}}, "retry": {"attempts": 2}}]}
      invalid
    {"steps": [{"id": "a", "plan": {"steps": [{"id": "a", "tool": "t"}], "inputs": {"n": 1}}, "inputs": {"n": 2}}]}
      valid
    {"steps": [{"id": "a", "plan": {"steps": []}}]}
      invalid
    {"steps": [{"id": "a", "plan": {"steps": [{"id": "a", "tool": "t"}]}, "onUnknownOutcome": "ask"}]}
      invalid
    """#)

  @Test(arguments: documents)
  func `the schema and the parser agree`(item: TableCase) throws {
    let isPlan = item.expected == "valid"
    #expect(try verdicts(item.json()) == (isPlan, isPlan))
  }
}
