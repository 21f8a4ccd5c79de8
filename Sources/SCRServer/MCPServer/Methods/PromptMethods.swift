import SCRConnection
import SCRProtocol

// `prompts/…` and `completion/complete`.
extension MCPServerHandler {
  /// Nil for other methods, and where there are no prompts.
  func prompts(_ request: AdmittedRequest) -> Disposition? {
    guard let provider = offer.prompts else { return nil }
    let (era, results) = (request.era, results)
    switch request.method {
    case "prompts/list":
      return .later(.grace) {
        let page = try await provider.prompts(try ListCursor.page(request.params))
        return results.list("prompts", page, era) { $0.json(for: era.revision) }
      }
    case "prompts/get": return .later(.grace) { [self] in try await prompt(request, provider) }
    default: return nil
    }
  }

  private func prompt(_ request: AdmittedRequest, _ provider: any PromptProvider) async throws -> JSONSlice {
    let (name, era, results) = (try request.text("name"), request.era, results)
    let arguments = try Self.arguments(try request.tree()["arguments"])
    return try await rounds.answer(request.interactive(name, session)) { context in
      do {
        return results.complete(try await provider.prompt(name, arguments, context).json(for: era.revision), era)
      } catch let failure as PromptFailure { throw failure.rpcError }
    }
  }

  private static func arguments(_ value: JSONValue?) throws(RPCError) -> [String: String] {
    guard let value else { return [:] }
    guard let fields = value.objectValue else {
      throw RPCError(.invalidParams, "\"arguments\" must be an object of strings", path: "params.arguments")
    }
    var arguments: [String: String] = [:]
    for field in fields {
      guard let text = field.value.stringValue else {
        let name = field.key.prefix(100)
        throw RPCError(.invalidParams, "the argument \"\(name)\" must be a string", path: "params.arguments.\(name)")
      }
      arguments[field.key] = text
    }
    return arguments
  }

  /// Nil for other methods, where there are no completions, and before revision 2025-03-26 gave them a capability.
  func completion(_ request: AdmittedRequest) -> Disposition? {
    guard let provider = offer.completions, request.method == "completion/complete" else { return nil }
    let (era, results) = (request.era, results)
    return .later(.grace) {
      let completion = try await provider.complete(try CompletionRequest(params: try request.tree()))
      return results.complete(["completion": completion.json], era)
    }
  }
}

extension PromptFailure {
  var rpcError: RPCError {
    switch self {
    case .unknownPrompt(let message):
      RPCError(.invalidParams, message, path: "params.name", hint: "prompts/list shows the prompts")
    case .invalidArgument(let message, let name):
      RPCError(.invalidParams, message, path: "params.arguments.\(name)")
    }
  }
}
