package import SCRProcess

/// How to start one tool server and how patient to be with it.
package struct MCPServerSpec: Sendable {
  package var name: String
  package var process: ProcessSpec
  /// From spawn to a listed set of tools; also the time for the probe alone.
  package var startupTimeout: Duration
  /// One call, unless its caller sets a time.
  package var callTimeout: Duration
  /// How long a call may be silent, without an answer or progress; nil: as long as it may take.
  package var idleTimeout: Duration?
  package var stopLadder: StopLadder

  package init(
    name: String, process: ProcessSpec, startupTimeout: Duration = .seconds(10),
    callTimeout: Duration = .seconds(60), idleTimeout: Duration? = nil, stopLadder: StopLadder = StopLadder()
  ) {
    self.name = name
    self.process = process
    self.startupTimeout = startupTimeout
    self.callTimeout = callTimeout
    self.idleTimeout = idleTimeout
    self.stopLadder = stopLadder
  }
}
