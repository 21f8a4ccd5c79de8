import SCRProtocol
import SCRRuntime
import Synchronization

/// A model whose answers follow from what it is asked, so that whoever asks again after a crash is answered the same.
final class ModelFake: ModelProvider {
  typealias Answer = @Sendable (ModelRequest) async throws -> [ModelEvent]

  let profile: ModelProfile
  private let answer: Answer
  private let kept = Mutex<[String: Int]>([:])
  private let requests = Mutex<[ModelRequest]>([])

  /// - Parameter isScripted: costs nothing; false for one that was paid for.
  init(isScripted: Bool = true, contextTokens: Int? = nil, _ answer: @escaping Answer) {
    profile = ModelProfile(
      name: "fake", kind: "scripted", model: "m", isScripted: isScripted, contextTokens: contextTokens)
    self.answer = answer
  }

  /// How often each turn of each step was asked for.
  var asked: [String: Int] { kept.withLock { $0 } }
  var all: [ModelRequest] { requests.withLock { $0 } }

  func generate(
    _ request: ModelRequest, onEvent: @Sendable (ModelEvent) async throws -> Void
  ) async throws {
    let turn = request.messages.count { $0.role == .assistant } + 1
    kept.withLock { $0["\(request.purpose.stepID ?? "") \(turn)", default: 0] += 1 }
    requests.withLock { $0.append(request) }
    try await onEvent(.started(ModelStart(provider: "fake", model: "m", isScripted: profile.isScripted)))
    for event in try await answer(request) { try await onEvent(event) }
  }

  static func text(_ text: String, tokens: Int64 = 10) -> [ModelEvent] {
    [.text(text), .usage(ModelUsage(inputTokens: tokens)), .finished(.stop)]
  }

  static func json(_ value: JSONValue) -> [ModelEvent] { text(value.jsonText) }

  static func calls(_ calls: (String, JSONObject)..., tokens: Int64 = 10) -> [ModelEvent] {
    calls.enumerated().map { place, call in
      .toolCall(call: place, ModelToolCall(id: "c\(place)", name: call.0, arguments: call.1))
    } + [.usage(ModelUsage(inputTokens: tokens)), .finished(.toolCalls)]
  }
}

extension ModelRequest {
  /// The answers that the model has given in this conversation.
  var turns: Int { messages.count { $0.role == .assistant } }
  var results: [String] { messages.flatMap(\.toolResults).map(\.text) }
}
