import MCPClient
import SCRProtocol
import SCRRuntime

/// Whoever had a tool called, as the tool's server sees it.
struct InteractionAnswers: ServerQuestionAnswering {
  let interaction: any ClientInteraction

  func supports(_ question: InputRequest) -> Bool { interaction.supports(question) }
  func answer(_ question: InputRequest) async throws -> JSONValue { try await interaction.answer(question) }
}

/// The journal of a call, as the client of the tool's server needs it.
struct TaskKeeper: RemoteTaskKeeping {
  let journal: any RemoteTaskJournal
  let serverName: String

  /// What an earlier life of the call, or of its server, left to follow.
  var left: RemoteTask? {
    guard let record = journal.left, record.server == serverName else { return nil }
    return RemoteTask(json: record.task)
  }

  func began(_ task: RemoteTask) async throws {
    try await journal.keep(RemoteTaskRecord(server: serverName, task: task.json))
  }

  var cancelsWithCall: Bool { !journal.goesOn }
}

extension ToolContext {
  /// What a server gets of the context in `_meta`.
  var meta: JSONObject {
    var meta: JSONObject = [:]
    meta[MetaKey.idempotencyKey.description] = idempotencyKey.map { .string($0) }
    if let traceparent { meta["traceparent"] = .string(traceparent) }
    return meta
  }

  /// W3C Trace Context: our part of the trace is the parent of the server's. Nil for an id that is none of that format.
  private var traceparent: String? {
    let isTraceID =
      traceID.utf8.count == 32 && traceID.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
      && traceID.utf8.contains { $0 != 0x30 }
    return isTraceID ? "00-\(traceID)-\(RandomHex.make(bytes: 8))-01" : nil
  }

  func options(limit: Duration) -> CallOptions {
    var onProgress: (@Sendable (JSONValue) -> Void)?
    if let report = self.onProgress { onProgress = { report(ToolProgress($0)) } }
    return CallOptions(
      timeout: min(timeout ?? limit, limit), extraMeta: meta,
      answerer: interaction.map { InteractionAnswers(interaction: $0) }, onProgress: onProgress)
  }
}

extension ToolProgress {
  fileprivate init(_ params: JSONValue) {
    self.init(
      progress: params["progress"]?.doubleValue ?? 0, total: params["total"]?.doubleValue,
      message: params["message"]?.stringValue)
  }
}
