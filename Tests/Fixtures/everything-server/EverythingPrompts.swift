package import MCPServer
package import SCRProtocol

package final class EverythingPrompts: PromptProvider {
  package let listChanges = Observers<Void>()

  package init() {}

  static var names: [String] { all.map(\.name) }

  private static let all = [
    MCPPrompt(name: "test_input_required_result_prompt", description: "Asks for context before it answers"),
    MCPPrompt(
      name: "test_prompt_with_arguments", title: "With arguments", description: "Shows its arguments",
      arguments: [
        MCPPrompt.Argument(name: "arg1", description: "First test argument", isRequired: true),
        MCPPrompt.Argument(name: "arg2", description: "Second test argument", isRequired: true),
      ]),
    MCPPrompt(
      name: "test_prompt_with_embedded_resource", description: "Embeds a resource",
      arguments: [MCPPrompt.Argument(name: "resourceUri", description: "URI to embed", isRequired: true)]),
    MCPPrompt(name: "test_prompt_with_image", description: "Shows an image"),
    MCPPrompt(name: "test_simple_prompt", title: "Simple", description: "A prompt without arguments"),
  ]

  package func prompts(_ page: PageRequest) async throws -> ProviderPage<MCPPrompt> {
    ProviderPage(of: Self.all, key: \.name, page, ttlMs: 60_000)
  }

  package func prompt(
    _ name: String, _ arguments: [String: String], _ context: RequestContext
  ) async throws -> PromptResult {
    guard let prompt = Self.all.first(where: { $0.name == name }) else {
      throw PromptFailure.unknownPrompt("there is no prompt \"\(name.prefix(200))\"")
    }
    func argument(_ name: String) throws -> String {
      if let text = arguments[name] { return text }
      throw PromptFailure.invalidArgument("the argument \"\(name)\" is missing", name: name)
    }
    func text(_ text: String) -> JSONValue { PromptResult.user(ContentBlock.text(text)) }
    let messages: [JSONValue] =
      switch name {
      case "test_prompt_with_arguments":
        [text("Prompt with arguments: arg1='\(try argument("arg1"))', arg2='\(try argument("arg2"))'")]
      case "test_prompt_with_embedded_resource":
        [
          PromptResult.user(
            ContentBlock.resource(
              ResourceContents(
                uri: try argument("resourceUri"), mimeType: "text/plain",
                .text("Embedded resource content for testing.")))),
          text("Please process the embedded resource above."),
        ]
      case "test_prompt_with_image":
        [
          PromptResult.user(ContentBlock.image(Samples.png, mimeType: "image/png")),
          text("Please analyze the image above."),
        ]
      case "test_input_required_result_prompt": [text("Use this context: \(try Self.context(of: context))")]
      default: [text("This is a simple prompt for testing.")]
      }
    return PromptResult(description: prompt.description, messages: messages)
  }

  private static func context(of request: RequestContext) throws -> String {
    let answer = request.inputResponses["user_context"].flatMap(ElicitResult.init)
    if let text = answer?.content?["context"]?.stringValue { return text }
    if let answer, answer.action != .accept { return "none was given" }
    throw InputRequired([
      "user_context": .form(
        "What context should the prompt use?",
        schema: ["type": "object", "properties": ["context": ["type": "string"]], "required": ["context"]])
    ])
  }

  package var tellsOfListChanges: Bool { true }
  package func observeList(_ onChange: @escaping @Sendable () -> Void) -> (any AnyObject & Sendable)? {
    listChanges.add(onChange)
  }
}
