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
    """#)

  @Test(arguments: documents)
  func `the schema and the parser agree`(item: TableCase) throws {
    let isPlan = item.expected == "valid"
    #expect(try verdicts(item.json()) == (isPlan, isPlan))
  }
}
