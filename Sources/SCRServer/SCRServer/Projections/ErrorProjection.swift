import SCRConnection
package import SCRProtocol
package import SCRRuntime

// Errors of the runtime as a JSON-RPC peer sees them (interface.md §3).

extension RuntimeError: RPCErrorConvertible {
  package var rpcError: RPCError {
    RPCError(
      kind, message, retryable: isRetryable, retryAfterMs: retryAfter.map { Int($0.milliseconds) },
      taskID: taskID?.text, path: path.map { $0.hasPrefix("params") ? $0 : "params.\($0)" }, hint: hint)
  }
}

extension ToolError: RPCErrorConvertible {
  package var rpcError: RPCError {
    RPCError(
      kind, message, retryable: isRetryable, retryAfterMs: retryAfter.map { Int($0.milliseconds) }, hint: hint)
  }
}

extension StoreError: RPCErrorConvertible {
  package var rpcError: RPCError { RuntimeError(self).rpcError }
}
