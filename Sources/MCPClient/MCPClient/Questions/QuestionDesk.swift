import SCRProtocol

/// Finds who answers what a server asks, and says so properly where nobody does.
struct QuestionDesk: Sendable {
  /// Of one result; what asks for more is no honest server.
  static let mostAtOnce = 32

  let serverName: String
  /// In the order in which they are asked.
  let answerers: [any ServerQuestionAnswering]

  init(serverName: String, _ answerers: [(any ServerQuestionAnswering)?]) {
    self.serverName = serverName
    self.answerers = answerers.compactMap { $0 }
  }

  func answerer(of question: InputRequest) -> (any ServerQuestionAnswering)? {
    answerers.first { $0.supports(question) }
  }

  /// Why nobody answers.
  func reason(_ question: InputRequest) -> String? { answerers.lazy.compactMap { $0.refusal(of: question) }.first }

  /// Answers all questions of a result at the same time.
  /// - Throws: ``MCPClientError`` `unanswered` naming what was asked; `CancellationError`.
  func answers(to requests: JSONObject, of call: String) async throws -> JSONObject {
    guard requests.count <= Self.mostAtOnce else {
      throw MCPClientError(
        .protocolViolation, "\(serverName) asks \(requests.count) questions at once during \(call)")
    }
    var open: [(key: String, question: InputRequest, answerer: any ServerQuestionAnswering)] = []
    for request in requests {
      guard let question = InputRequest(request.value) else {
        throw MCPClientError(
          .protocolViolation,
          "\(serverName) asks for something unknown during \(call): \(request.value.jsonText.prefix(200))")
      }
      guard let answerer = answerer(of: question) else { throw unanswered(question, of: call, because: nil) }
      open.append((request.key, question, answerer))
    }
    let found = try await withThrowingTaskGroup(of: (String, JSONValue).self) { group in
      for (key, question, answerer) in open {
        group.addTask {
          do { return (key, try await answerer.answer(question)) } catch is CancellationError {
            throw CancellationError()
          } catch { throw unanswered(question, of: call, because: error) }
        }
      }
      return try await group.reduce(into: [String: JSONValue]()) { $0[$1.0] = $1.1 }
    }
    // In the server's order.
    return JSONObject(open.map { JSONField(key: $0.key, value: found[$0.key] ?? .null) })
  }

  private func unanswered(
    _ question: InputRequest, of call: String, because cause: (any Error)?
  ) -> MCPClientError {
    MCPClientError(
      .unanswered,
      "\(serverName) asked for \(question.summary) during \(call), and "
        + (cause.map { "there was no answer: \($0)" } ?? reason(question) ?? "nobody here can answer that"),
      cause: cause)
  }

  /// How a legacy server is told that nobody answers.
  static func refusal(of question: InputRequest, because reason: String) -> Result<JSONValue, RPCError> {
    switch question.method {
    // Nobody was asked, so nobody declined.
    case .elicit: .success(["action": "cancel"])
    case .listRoots: .success(["roots": []])
    // The code of the specification's example for a request that a person turned down.
    default: .failure(RPCError(code: -1, message: "\(question.method.rawValue) is not answered: \(reason)"))
    }
  }
}
