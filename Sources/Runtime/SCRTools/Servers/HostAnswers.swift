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

  func supports(_ question: InputRequest) -> Bool {
    switch question.method {
    case .listRoots: !host.roots.isEmpty
    case .sample: allowsSampling() && host.sampler != nil
    default: false
    }
  }

  func refusal(of question: InputRequest) -> String? {
    guard question.method == .sample else { return nil }
    return allowsSampling()
      ? "no model is configured" : "it may not use the model: mcp.servers.\(serverName).sampling is not true"
  }

  func answer(_ question: InputRequest) async throws -> JSONValue {
    switch question.method {
    case .listRoots:
      return ["roots": .array(host.roots.map { ["uri": .string(Self.fileURI($0)), "name": .string(Self.name($0))] })]
    case .sample:
      guard let sampler = host.sampler else { throw ToolError(.modelUnavailable, "no model is configured") }
      return try await Sampling.answer(.object(question.params), by: sampler, tokens: host.sampledTokens)
    default: throw ToolError(.inputRequired, "the runtime answers no \(question.method.rawValue)")
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
