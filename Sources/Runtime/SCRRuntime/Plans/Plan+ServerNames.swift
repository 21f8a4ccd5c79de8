extension Plan {
  /// The tool servers that its steps name, and those of the plans within it.
  package var serverNames: Set<String> {
    steps.reduce(into: []) { names, step in
      switch step.work {
      case .tool(let name, _): if let server = name.server { names.insert(server) }
      case .plan(let child): names.formUnion(child.plan.serverNames)
      case .agent, .wait: break
      }
    }
  }
}
