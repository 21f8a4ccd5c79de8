package import SCRRuntime

/// Everything a command may touch of the world around it.
package struct CommandContext: Sendable {
  package var output: Output
  package var environment: [String: String]
  /// Absolute.
  package var workingDirectory: String
  /// How to start this program again, for servers of our own; absolute, or `/proc/self/exe`.
  package var executable: String
  package var clock: any RuntimeClock
  package var signals: TerminationSignals
  /// Where a protocol command reads and writes.
  package var wire: Wire
  /// A person can be asked.
  package var isInteractive: Bool

  package struct Wire: Sendable, Hashable {
    package var input: Int32
    package var output: Int32

    package init(input: Int32, output: Int32) {
      self.input = input
      self.output = output
    }
  }

  package init(
    output: Output, environment: [String: String], workingDirectory: String, executable: String,
    clock: any RuntimeClock, signals: TerminationSignals, wire: Wire, isInteractive: Bool
  ) {
    self.output = output
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.executable = executable
    self.clock = clock
    self.signals = signals
    self.wire = wire
    self.isInteractive = isInteractive
  }
}
