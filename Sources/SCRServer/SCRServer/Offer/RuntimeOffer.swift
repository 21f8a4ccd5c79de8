package import MCPServer
package import SCRRuntime

extension ServerOffer {
  /// What a runtime offers to MCP clients. A host that is shown some tools only (`--expose`) sees neither resources nor
  /// prompts, and tasks only if it can submit some.
  package init(_ runtime: CognitiveRuntime, tools: RuntimeToolProvider, clock: any RuntimeClock = SystemClock()) {
    self.init(tools: tools)
    if tools.submitsTasks { tasks = RuntimeTasks(runtime: runtime) }
    guard tools.exposesAll else { return }
    resources = RuntimeResources(runtime: runtime, clock: clock)
    prompts = RuntimePrompts(runtime: runtime, clock: clock)
    completions = RuntimeCompletions(runtime: runtime)
  }
}
