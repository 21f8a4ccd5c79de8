package import MCPServer
package import SCRProtocol
package import SCRRuntime

/// What agents are told, the prompt files, and the prompts of tool servers (`server.prompt`), as MCP prompts.
package struct RuntimePrompts: PromptProvider {
  private let runtime: CognitiveRuntime
  private let patience: ServerPatience

  package init(runtime: CognitiveRuntime, clock: any RuntimeClock = SystemClock()) {
    self.runtime = runtime
    patience = ServerPatience(runtime.registry, clock: clock)
  }

  package func prompts(_ page: PageRequest) async throws -> ProviderPage<MCPPrompt> {
    await patience.settle()
    let theirs = runtime.registry.content.catalogue.prompts.compactMap { MCPPrompt(.object($0.fields)) }
    let all = (runtime.offeredPrompts.map(Self.prompt) + theirs).sorted { $0.name < $1.name }
    return ProviderPage(of: all, key: \.name, page)
  }

  package var tellsOfListChanges: Bool { true }

  package func observeList(_ onChange: @escaping @Sendable () -> Void) -> (any AnyObject & Sendable)? {
    runtime.registry.content.observe { if $0 == .prompts { onChange() } }
  }

  private static func prompt(_ offered: OfferedPrompt) -> MCPPrompt {
    MCPPrompt(
      name: offered.name, description: offered.description.isEmpty ? nil : offered.description,
      arguments: offered.arguments.map {
        MCPPrompt.Argument(name: $0.name, description: $0.description, isRequired: $0.isRequired)
      })
  }

  package func prompt(
    _ name: String, _ arguments: [String: String], _ context: RequestContext
  ) async throws -> PromptResult {
    if name.contains("."), runtime.registry.content.catalogue.prompts.contains(where: { $0.offered == name }) {
      return try await theirs(name, arguments, context)
    }
    let found: (prompt: OfferedPrompt, text: String)
    do throws(RuntimeError) { found = try await runtime.offeredPrompt(name, arguments) } catch {
      let message = error.hint.map { "\(error.message) (\($0))" } ?? error.message
      switch error.kind {
      case .notFound: throw PromptFailure.unknownPrompt(message)
      case .invalidParams, .tooLarge:
        throw PromptFailure.invalidArgument(message, name: String(error.path?.split(separator: ".").last ?? ""))
      default: throw error
      }
    }
    return PromptResult(
      description: found.prompt.description.isEmpty ? nil : found.prompt.description,
      messages: [PromptResult.user(["type": "text", "text": .string(found.text)])])
  }

  private func theirs(
    _ name: String, _ arguments: [String: String], _ context: RequestContext
  ) async throws -> PromptResult {
    var call = ToolContext()
    call.interaction = CallInteraction(client: context.client)
    let values = JSONObject(
      arguments.sorted { $0.key < $1.key }.map { JSONField(key: $0.key, value: .string($0.value)) })
    let answer = try await runtime.registry.content.prompt(name, arguments: values, call)
    guard let result = PromptResult(answer) else {
      throw RPCError(.internal, "the tool server of \(name) answered with no prompt")
    }
    return result
  }
}
