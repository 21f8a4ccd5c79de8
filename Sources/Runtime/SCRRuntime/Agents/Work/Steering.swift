import SCRProtocol

/// What somebody said to the agents of a task. It is kept until one of them has heard it, before its next turn.
enum Steering {
  static let textBytes = 16 << 10
  /// Texts that wait to be heard.
  static let limit = 50

  /// - Throws: `invalid_params`, `too_large`.
  static func check(_ text: String) throws(RuntimeError) {
    if text.allSatisfy(\.isWhitespace) { throw RuntimeError(.invalidParams, "the message is empty", path: "message") }
    guard text.utf8.count <= textBytes else {
      throw RuntimeError(
        .tooLarge, "the message has \(text.utf8.count) bytes, over the limit of \(textBytes)", path: "message")
    }
  }

  /// What waits for the agent of a step: texts for that step, and those for any.
  struct Letters: Sendable {
    var texts: [String] = []
    /// Marks them as heard, with the entry that holds them.
    var batch: StoreBatch
  }

  /// Nil where there is nothing.
  /// - Parameter isBeginning: whether the agent has not asked its model yet, and hears follow-ups too.
  static func next(for brief: AgentBrief, isBeginning: Bool, in store: any TaskStore) async throws(StoreError)
    -> Letters?
  {
    let query = DocumentQuery(.steer, taskID: brief.taskID, isOpen: true, limit: limit)
    var letters = Letters(batch: StoreBatch(at: Timestamp(milliseconds: 0)))
    for var document in try await store.documents(query).documents {
      guard let text = document.body["text"]?.stringValue, var fields = document.body.objectValue else { continue }
      if let stepID = document.body["stepId"]?.stringValue, stepID != brief.stepID { continue }
      if document.body["followUp"] == true, !isBeginning { continue }
      letters.texts.append(text)
      letters.batch.preconditions.append(.documentRevision(.steer, document.id, document.revision))
      fields["heardBy"] = .string(brief.stepID)
      document.body = .object(fields)
      document.isOpen = false
      letters.batch.changes.append(.putDocument(document))
    }
    return letters.texts.isEmpty ? nil : letters
  }
}
