/// What happens to a child. All closures are called on the one thread that serves every child, so they must not block.
///
/// In order: `started`, any number of `output`, `outputEnd`, `exit`. A child that fails to start causes none of them.
package struct ProcessEvents: Sendable {
  /// Before any output; ``ProcessTable/spawn(_:events:)`` returns the same value later.
  package var started: @Sendable (ChildProcess) -> Void
  /// The next bytes of stdout; the buffer is valid during the call only.
  package var output: @Sendable (UnsafeRawBufferPointer) -> Void
  /// The child closed its stdout, or is gone.
  package var outputEnd: @Sendable () -> Void
  /// The child is gone, and so is everything that it had started.
  package var exit: @Sendable (ExitStatus) -> Void

  package init(
    started: @escaping @Sendable (ChildProcess) -> Void = { _ in },
    output: @escaping @Sendable (UnsafeRawBufferPointer) -> Void,
    outputEnd: @escaping @Sendable () -> Void = {},
    exit: @escaping @Sendable (ExitStatus) -> Void = { _ in }
  ) {
    self.started = started
    self.output = output
    self.outputEnd = outputEnd
    self.exit = exit
  }
}
