import SCRConnection
import SCRProtocol
import SCRRuntime
import Synchronization

extension NativeMethod {
  /// `chat` and `model_usage`.
  static func chat(_ runtime: CognitiveRuntime, _ patience: ServerPatience) -> [NativeMethod] {
    [
      NativeMethod(
        "chat", "Gives one answer of a model, piece by piece as notifications, then whole with what it took.",
        ChatParams.shape, gives: NativeResult("ChatAnswer"), mayWait: { _ in true }
      ) { params, request in
        let chat = try ChatRequest(params)
        if !chat.tools.isEmpty { await patience.settle() }
        let feed = ChatFeed(request, runtime)
        let answer = try await runtime.chat(chat) { try await feed.send($0) }
        var fields = answer.json
        fields["dropped"] = JSONValue(feed.dropped)
        return .object(fields)
      },
      NativeMethod(
        "model_usage", "Tells how often models were asked and what it took, by model, task or day.",
        ModelUsageParams.shape, gives: NativeResult("ModelUsageReport")
      ) { params, _ in
        let report = ModelUsageReport(days: params.days ?? 30, by: params.by, now: runtime.now)
        return report.json(try await runtime.modelAccounts(since: report.first))
      },
    ]
  }
}

extension ChatRequest {
  fileprivate init(_ params: ChatParams) throws(RuntimeError) {
    try self.init(params.messages.map { (Role(rawValue: $0.role) ?? .user, $0.content) })
    provider = params.provider
    model = params.model
    maxOutputTokens = params.maxOutputTokens
    tools = params.tools ?? []
    temperature = params.temperature
    seed = params.seed.map(Int64.init)
    caching = params.cache.flatMap(ModelCaching.init(rawValue:)) ?? caching
    if let schema = params.output { try demand(schema) }
  }
}

/// The notifications of one chat. Pieces of text are left out, and counted, while the client does not read; everything else
/// waits for it.
private final class ChatFeed: Sendable {
  private struct State {
    var part: Int64 = 0
    var dropped = 0
  }

  private let request: NativeRequest
  private let runtime: CognitiveRuntime
  private let state = Mutex(State())

  init(_ request: NativeRequest, _ runtime: CognitiveRuntime) {
    self.request = request
    self.runtime = runtime
  }

  var dropped: Int { state.withLock(\.dropped) }

  func send(_ draft: EventDraft) async throws {
    try Task.checkCancellation()
    let sink = request.connection.sink
    if draft.kind != .modelDelta { await sink.waitForRoom() }
    let isLost = draft.kind == .modelDelta && !sink.hasRoom
    let part = state.withLock { state in
      state.part += 1
      if isLost { state.dropped += 1 }
      return state.part
    }
    try Task.checkCancellation()
    if isLost { return }
    let piece = EventDelta(
      after: request.newestEvent, part: part, at: runtime.now, kind: draft.kind, data: draft.data)
    request.connection.notify("event", params: EventProjection.params(piece, subscription: request.id))
  }
}
