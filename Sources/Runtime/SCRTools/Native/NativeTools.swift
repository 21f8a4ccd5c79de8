package import SCRRuntime

/// The tools that come with the runtime itself and need no server.
package enum NativeTools {
  package static func all(clock: any RuntimeClock) -> [any InlineTool] { [Calculator(), TimeTool(clock: clock)] }
}
