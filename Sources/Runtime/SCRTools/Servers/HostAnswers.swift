import MCPClient
import SCRProtocol
package import SCRRuntime

/// What the runtime itself can answer a tool server, whoever made the call.
package struct ToolServerHost: Sendable {
  /// Absolute paths of the folders that are worked in.
  package var roots: [String]
  /// Where a model's words come from; nil where no model is configured.
  package var sampler: (any ModelProvider)?
  /// Of one answer of the model.
  package var sampledTokens: Int

  package init(roots: [String] = [], sampler: (any ModelProvider)? = nil, sampledTokens: Int = 4096) {
    self.roots = roots
    self.sampler = sampler
    self.sampledTokens = sampledTokens
  }
}

/// The same for one server, within what its entry allows.
struct HostAnswers: ServerQuestionAnswering {
  let host: ToolServerHost
  let serverName: String
  /// Its entry says that it may use the configured model.
  let allowsSampling: @Sendable () -> Bool

  func supports(_ question: ServerQuestion) -> Bool {
    switch question.method {
    case ServerQuestion.roots: !host.roots.isEmpty
    case ServerQuestion.sampling: allowsSampling() && host.sampler != nil
    default: false
    }
  }

  func refusal(of question: ServerQuestion) -> String? {
    guard question.method == ServerQuestion.sampling else { return nil }
    return allowsSampling()
      ? "no model is configured" : "it may not use the model: mcp.servers.\(serverName).sampling is not true"
  }

  func answer(_ question: ServerQuestion) async throws -> JSONValue {
    switch question.method {
    case ServerQuestion.roots:
      return ["roots": .array(host.roots.map { ["uri": .string(Self.fileURI($0)), "name": .string(Self.name($0))] })]
    case ServerQuestion.sampling:
      guard let sampler = host.sampler else { throw ToolError(.modelUnavailable, "no model is configured") }
      return try await Sampling.answer(question.params ?? [:], by: sampler, tokens: host.sampledTokens)
    default: throw ToolError(.inputRequired, "the runtime answers no \(question.method)")
    }
  }

  private static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? "/" }

  static func fileURI(_ path: String) -> String {
    let kept = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/".utf8)
    let digits = Array("0123456789ABCDEF")
    return path.utf8.reduce(into: "file://") { uri, byte in
      if kept.contains(byte) {
        uri.append(Character(Unicode.Scalar(byte)))
      } else {
        uri += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 0xF)])"
      }
    }
  }
}
