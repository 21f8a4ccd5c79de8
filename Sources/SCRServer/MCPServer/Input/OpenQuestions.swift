import SCRProtocol

/// What one call has asked and not been told, in order; only the first is shown to the client. Pure but for the
/// continuations that it keeps.
struct OpenQuestions: Sendable {
  typealias Continuation = CheckedContinuation<[String: JSONValue], any Error>

  enum Addition: Sendable {
    case open, queued
    case refused(any Error)
  }

  private struct Question {
    let id: Int
    let requests: [String: InputRequest]
    var answers: [String: JSONValue] = [:]
    let continuation: Continuation

    var missing: [String: InputRequest] { requests.filter { answers[$0.key] == nil } }
  }

  private var questions: [Question] = []
  private var lastID = 0
  /// Those that were given up before they were asked.
  private var dead: Set<Int> = []

  mutating func nextID() -> Int {
    lastID += 1
    return lastID
  }

  mutating func add(
    _ id: Int, _ requests: [String: InputRequest], _ continuation: Continuation, limit: Int
  ) -> Addition {
    if dead.remove(id) != nil { return .refused(CancellationError()) }
    if questions.count >= limit {
      return .refused(
        RPCError(.rateLimited, "the call has asked its client \(limit) things that are not answered yet"))
    }
    questions.append(Question(id: id, requests: requests, continuation: continuation))
    return questions.count == 1 ? .open : .queued
  }

  /// What the client should be asked now.
  var open: [String: InputRequest]? { questions.first?.missing }

  func isOpen(_ id: Int) -> Bool { questions.first?.id == id }

  /// Keeps the answers that fit; those to nothing, and those of another shape, are passed over.
  /// - Returns: the question that is answered whole, if it is.
  mutating func take(
    _ answers: [String: JSONValue]
  ) -> (continuation: Continuation, answers: [String: JSONValue])? {
    guard var first = questions.first else { return nil }
    for (key, request) in first.missing {
      if let answer = answers[key], request.accepts(answer) { first.answers[key] = answer }
    }
    guard first.missing.isEmpty else {
      questions[0] = first
      return nil
    }
    questions.removeFirst()
    return (first.continuation, first.answers)
  }

  mutating func remove(_ id: Int) -> Continuation? {
    guard let place = questions.firstIndex(where: { $0.id == id }) else {
      dead.insert(id)
      return nil
    }
    return questions.remove(at: place).continuation
  }

  mutating func removeAll() -> [Continuation] {
    defer { questions = [] }
    return questions.map(\.continuation)
  }
}
