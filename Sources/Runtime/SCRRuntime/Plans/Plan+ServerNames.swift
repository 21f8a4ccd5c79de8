extension Plan {
  /// The tool servers that its steps name.
  package var serverNames: Set<String> {
    Set(
      steps.compactMap { step in
        if case .tool(let name, _) = step.work { name.server } else { nil }
      })
  }
}
