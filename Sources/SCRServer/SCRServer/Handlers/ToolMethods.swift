import SCRProtocol
import SCRRuntime

extension NativeMethod {
  /// `list_tools` and `execute_tool`.
  static func tools(_ runtime: CognitiveRuntime, _ patience: ServerPatience) -> [NativeMethod] {
    [
      NativeMethod(
        "list_tools", "Lists all tools by their names inside and on the wire.", NoParams.shape,
        gives: NativeResult("ToolList")
      ) { _, _ in
        await patience.settle()
        return ["tools": .array(runtime.registry.catalogue.entries.map(ToolProjection.json))]
      },
      NativeMethod(
        "execute_tool", "Calls one tool outside of any task.", ExecuteToolParams.shape,
        gives: NativeResult("ToolOutcome")
      ) { params, _ in
        if runtime.registry.catalogue[params.name] == nil { await patience.settle() }
        let context = ToolContext(
          traceID: params.context?.traceID ?? RandomHex.make(bytes: 16),
          timeout: (params.context?.timeoutMs).map { .milliseconds($0) })
        let call = ToolCall(
          name: ToolName(qualified: params.name), arguments: params.arguments ?? [:], context: context)
        return ToolProjection.json(try await runtime.callTool(call))
      },
    ]
  }
}
