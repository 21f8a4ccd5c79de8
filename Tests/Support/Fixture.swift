/// The small executables that are built beside the tests.
package enum Fixture {
  package static func path(_ name: String) -> String {
    // The runner names the bundle of tests in its own command line, and products stand in one folder.
    for argument in CommandLine.arguments {
      let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
      guard let bundle = parts.firstIndex(where: { $0.hasSuffix(".xctest") }) else { continue }
      return (parts[..<bundle] + [Substring(name)]).joined(separator: "/")
    }
    return name
  }
}
