package import SCRProcess

/// How to start one tool server and how patient to be with it.
package struct MCPServerSpec: Sendable {
  package var name: String
  package var process: ProcessSpec
  /// From spawn to a listed set of tools; also the time for the probe alone.
  package var startupTimeout: Duration
  /// One call, unless its caller sets a time.
  package var callTimeout: Duration
  package var stopLadder: StopLadder

  package init(
    name: String, process: ProcessSpec, startupTimeout: Duration = .seconds(10),
    callTimeout: Duration = .seconds(60), stopLadder: StopLadder = StopLadder()
  ) {
    self.name = name
    self.process = process
    self.startupTimeout = startupTimeout
    self.callTimeout = callTimeout
    self.stopLadder = stopLadder
  }
}
