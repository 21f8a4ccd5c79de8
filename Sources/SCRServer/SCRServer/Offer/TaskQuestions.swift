import MCPServer
import SCRProtocol
import SCRRuntime

/// Asks the client that waits for a task what the task asks. Whoever answers first wins: a question that somebody else
/// answers is not waited for any longer.
struct TaskQuestions: Sendable {
  let runtime: CognitiveRuntime
  let client: ClientRequests

  /// Times that one question is put: an answer that cannot be taken is asked for again.
  private static let attempts = 3
  private static let answerer = "client"

  /// Whether the client shows forms.
  var canAsk: Bool { client.supports(.form("", schema: [:])) }

  /// Asks while `work` waits for the task.
  func during<Value: Sendable>(_ id: TaskID, _ work: () async throws -> Value) async throws -> Value {
    guard canAsk else { return try await work() }
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await follow(id) }
      defer { group.cancelAll() }
      return try await work()
    }
  }

  /// Runs until it is cancelled, or the client does not answer any more. What the user puts aside is not asked again.
  func follow(_ id: TaskID) async {
    let subscription = runtime.subscribe(taskID: id)
    defer { subscription.end() }
    var put: [String: Int] = [:]
    while let open = try? await open(of: id) {
      let due = open.filter { put[$0.id, default: 0] < Self.attempts }
      if due.isEmpty {
        guard await subscription.next() != nil else { return }
        continue
      }
      for wait in due { put[wait.id, default: 0] += 1 }
      guard let aside = await ask(due, of: id) else { return }
      for wait in aside { put[wait] = Self.attempts }
    }
  }

  private func open(of id: TaskID) async throws(RuntimeError) -> [Wait] {
    try await runtime.approvals(WaitQuery(taskID: id)).waits
  }

  /// - Returns: the questions that the user put aside; nil where the client cannot be asked again.
  private func ask(_ waits: [Wait], of id: TaskID) async -> [String]? {
    await withTaskGroup(of: [String]?.self) { group in
      group.addTask { [client, runtime] in
        let requests = Dictionary(waits.map { ($0.id, QuestionForm.request($0)) }) { $1 }
        guard let answers = try? await client.ask(requests) else { return nil }
        var aside: [String] = []
        for wait in waits {
          guard let result = answers[wait.id].flatMap(ElicitResult.init) else { continue }
          if QuestionForm.answer(result, to: wait) == nil { aside.append(wait.id) }
          await TaskAnswers.give(result, to: wait, runtime, by: Self.answerer)
        }
        return aside
      }
      group.addTask { await answered(waits, of: id) ? [] : nil }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }

  /// Returns once all of them were answered, by whomever.
  private func answered(_ waits: [Wait], of id: TaskID) async -> Bool {
    let subscription = runtime.subscribe(taskID: id)
    defer { subscription.end() }
    let ids = Set(waits.map(\.id))
    while true {
      guard let open = try? await open(of: id) else { return false }
      if !open.contains(where: { ids.contains($0.id) }) { return true }
      guard await subscription.next() != nil else { return false }
    }
  }
}
