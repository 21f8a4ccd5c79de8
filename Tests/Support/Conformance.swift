/// One rule that every implementation of a seam keeps. `run` throws ``ConformanceFailure`` where it is broken.
package struct ConformanceCheck<Subject>: Sendable, CustomStringConvertible {
  package let name: String
  /// Takes a fresh subject; whoever made it closes it.
  package let run: @Sendable (Subject) async throws -> Void

  package init(_ name: String, _ run: @escaping @Sendable (Subject) async throws -> Void) {
    self.name = name
    self.run = run
  }

  package var description: String { name }
}

package struct ConformanceFailure: Error, CustomStringConvertible {
  package let description: String
}

func same<Value: Equatable>(
  _ found: Value, _ wanted: Value, file: StaticString = #fileID, line: UInt = #line
) throws {
  if found == wanted { return }
  throw ConformanceFailure(description: "\(file):\(line): found \(found), wanted \(wanted)")
}

func holds(_ condition: Bool, _ rule: String, file: StaticString = #fileID, line: UInt = #line) throws {
  if !condition { throw ConformanceFailure(description: "\(file):\(line): \(rule)") }
}
