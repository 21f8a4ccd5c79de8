/// What `$dynamicRef` leads to, which depends on the way that a check has come.
struct JSONSchemaDynamics: Sendable {
  struct Reference: Sendable {
    /// What it leads to as an ordinary reference.
    let initial: Int
    /// The dynamic anchor to look for in the scope; nil where the first target has none, so that nothing is looked for.
    let anchor: String?
  }

  /// Nodes by anchor, then by the resource that has it.
  var targets: [String: [Int: Int]] = [:]

  var isEmpty: Bool { targets.isEmpty }
}
