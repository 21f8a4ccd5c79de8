import SCRProtocol
import SCRRuntime

extension NativeMethod {
  /// `status`, `health` and `list_servers`.
  static func status(_ runtime: CognitiveRuntime) -> [NativeMethod] {
    [
      NativeMethod("status", TaskVerbSummary.status, NoParams.shape) { _, _ in
        StatusProjection.json(try await runtime.status())
      },
      NativeMethod("health", "Tells whether the runtime can do its work.", NoParams.shape) { _, _ in
        do throws(RuntimeError) { return StatusProjection.health(try await runtime.status()) } catch {
          return ["status": "down", "reasons": [.string(error.description)]]
        }
      },
      NativeMethod("list_servers", "Lists the tool servers and their states.", NoParams.shape) { _, _ in
        ["servers": StatusProjection.servers(try await runtime.status().servers)]
      },
    ]
  }
}
