package import SCRRuntime

extension NativeMethods {
  /// All native methods over a runtime, for one connection.
  ///
  /// - Parameters:
  ///   - clock: measures how long a look at the tools waits for servers that start.
  ///   - holds: shared with the MCP tools of the same connection.
  package convenience init(
    runtime: CognitiveRuntime, clock: any RuntimeClock = SystemClock(), holds: AnswerHolds = AnswerHolds()
  ) {
    self.init(Self.table(runtime: runtime, clock: clock), runtime: runtime, holds: holds)
  }

  /// One connection more over a table that others use too.
  package convenience init(_ table: NativeTable, runtime: CognitiveRuntime, holds: AnswerHolds) {
    self.init(table, holds: holds, newestEvent: { runtime.newestEvent })
  }

  /// All native methods over a runtime. They know no connection, so that one table does for all.
  /// - Parameter clients: who `status` says is connected; nil says nothing of it.
  package static func table(
    runtime: CognitiveRuntime, clock: any RuntimeClock = SystemClock(), clients: ConnectedClients? = nil
  ) -> NativeTable {
    let verbs = TaskVerbs(runtime: runtime)
    let patience = ServerPatience(runtime.registry, clock: clock)
    return NativeTable(
      NativeMethod.tasks(verbs) + NativeMethod.queue(runtime) + NativeMethod.schedules(runtime)
        + [NativeMethod.stream(runtime)]
        + NativeMethod.tools(runtime, patience) + NativeMethod.findings(runtime) + NativeMethod.status(runtime, clients)
        + NativeMethod.memory(MemoryVerbs(runtime: runtime))
        + NativeMethod.approvals(ApprovalVerbs(runtime: runtime)) + NativeMethod.chat(runtime, patience))
  }
}
