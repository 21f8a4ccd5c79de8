package import SCRRuntime

extension NativeMethods {
  /// All native methods over a runtime. Make one for each connection.
  ///
  /// - Parameters:
  ///   - clock: measures how long a look at the tools waits for servers that start.
  ///   - holds: shared with the MCP tools of the same connection.
  package convenience init(
    runtime: CognitiveRuntime, clock: any RuntimeClock = SystemClock(), holds: AnswerHolds = AnswerHolds()
  ) {
    let verbs = TaskVerbs(runtime: runtime)
    let patience = ServerPatience(runtime.registry, clock: clock)
    self.init(
      NativeMethod.tasks(verbs) + NativeMethod.queue(runtime) + NativeMethod.schedules(runtime)
        + [NativeMethod.stream(runtime)]
        + NativeMethod.tools(runtime, patience) + NativeMethod.findings(runtime) + NativeMethod.status(runtime)
        + NativeMethod.memory(MemoryVerbs(runtime: runtime))
        + NativeMethod.approvals(ApprovalVerbs(runtime: runtime)) + NativeMethod.chat(runtime, patience),
      holds: holds, newestEvent: { runtime.newestEvent })
  }
}
