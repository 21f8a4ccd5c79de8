package import MCPServer
package import SCRProtocol
package import SCRRuntime

/// What agents are told, and the prompt files, as MCP prompts.
package struct RuntimePrompts: PromptProvider {
  private let runtime: CognitiveRuntime

  package init(runtime: CognitiveRuntime) { self.runtime = runtime }

  /// They change with the configuration only.
  private static let ttlMs = 60_000

  package func prompts(_ page: PageRequest) async throws -> ProviderPage<MCPPrompt> {
    ProviderPage(of: runtime.offeredPrompts.map(Self.prompt), key: \.name, page, ttlMs: Self.ttlMs)
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
}
