package import SCRProtocol

/// What a ``LoopDetector`` has found, told for people.
package struct LoopVerdict: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case identicalCalls = "identical_calls"
    case identicalErrors = "identical_errors"
    case oscillation
    case tooManyCalls = "too_many_calls"
  }

  package let kind: Kind
  /// Calls, errors, rounds, or calls in all.
  package let count: Int
  package let tool: String
  /// The other of two calls that take turns.
  package let otherTool: String?

  init(_ kind: Kind, _ count: Int, _ tool: String, _ otherTool: String? = nil) {
    self.kind = kind
    self.count = count
    self.tool = tool
    self.otherTool = otherTool
  }

  /// `{kind, count, tool, otherTool?}`.
  package var json: JSONValue {
    var fields: JSONObject = ["kind": .string(kind.rawValue), "count": JSONValue(count), "tool": .string(tool)]
    fields["otherTool"] = otherTool.map { .string($0) }
    return .object(fields)
  }

  package var description: String {
    switch kind {
    case .identicalCalls:
      "it called \(tool) \(count) times in a row with the same arguments and got the same result each time"
    case .identicalErrors: "its last \(count) tool calls failed with the same error, the last of them \(tool)"
    case .oscillation:
      "it went back and forth \(count) times between the same calls of \(otherTool ?? tool) and \(tool), with the same results"
    case .tooManyCalls: "it made \(count) tool calls, which is as many as a task may"
    }
  }
}
