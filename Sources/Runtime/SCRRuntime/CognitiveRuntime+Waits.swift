package import SCRProtocol

/// What became of an event.
package struct SentEvent: Sendable, Hashable {
  /// The waits that it ended.
  package var delivered: [String]
  /// It lies ready for the named task, which does not wait for it yet.
  package var isKept: Bool

  package init(delivered: [String], isKept: Bool) {
    self.delivered = delivered
    self.isKept = isKept
  }
}

// Questions and events.
extension CognitiveRuntime {
  /// - Throws: `invalid_params` for a cursor that is none, `store_unavailable`.
  package func approvals(_ query: WaitQuery = WaitQuery()) async throws(RuntimeError) -> WaitPage {
    do throws(StoreError) { return try await store.waits(query) } catch { throw RuntimeError(error) }
  }

  /// Answers a question. The first answer counts, whoever gives it.
  ///
  /// - Parameter by: what the client calls itself; shown to others.
  /// - Throws: `not_found`; `conflict` naming who was first, or for a task that has ended; `invalid_input` with the
  ///   member that is wrong, and the question stays open.
  package func answer(
    _ id: String, decision: String? = nil, value: JSONValue? = nil, by: String
  ) async throws(RuntimeError) -> Wait {
    while true {
      let found: Wait?
      do throws(StoreError) { found = try await waits.wait(id) } catch { throw RuntimeError(error) }
      guard var wait = found else {
        throw RuntimeError(
          .notFound, "nothing waits under \"\(id.prefix(100))\"", hint: "list_approvals shows what waits",
          path: "approvalId")
      }
      try refuseEnded(wait)
      let answer = try wait.checked(decision: decision, value: value, by: by, now: clock.now())
      do throws(StoreError) {
        if try await waits.close(wait, with: answer) {
          wait.answer = answer
          return wait
        }
      } catch { throw RuntimeError(error) }
    }
  }

  private func refuseEnded(_ wait: Wait) throws(RuntimeError) {
    guard let answer = wait.answer else { return }
    let message =
      switch answer.decision {
      case WaitAnswer.void: "the task \(wait.taskID) ended before anybody answered"
      case WaitAnswer.timedOut: "its time was over at \(answer.at)"
      default: "\(answer.by) answered it at \(answer.at)" + (answer.decision.map { ": \($0)" } ?? "")
      }
    throw RuntimeError(.conflict, message, taskID: wait.taskID)
  }

  /// Sends an event to every step that waits for it. One that the named task does not wait for yet is kept for it, up to
  /// ``Mailbox/limit`` of them; one for nobody in particular is refused then.
  ///
  /// - Parameters:
  ///   - taskID: only this task's steps.
  ///   - by: what the client calls itself.
  /// - Throws: `not_found`, `conflict` for a task that has ended, `invalid_input`, `too_large`, `queue_full`.
  package func sendEvent(
    _ event: EventName, payload: JSONValue = .null, taskID: TaskID? = nil, by: String
  ) async throws(RuntimeError) -> SentEvent {
    try check(event, payload)
    if let taskID, try await task(taskID).task.state.isFinal {
      throw RuntimeError(.conflict, "the task has ended", path: "taskId", taskID: taskID)
    }
    do throws(StoreError) {
      let delivered = try await deliver(event, payload, taskID, by: by)
      if !delivered.isEmpty { return SentEvent(delivered: delivered, isKept: false) }
    } catch { throw RuntimeError(error) }
    guard let taskID else {
      throw RuntimeError(
        .notFound, "no step waits for the event \"\(event.name)\"",
        hint: "name the task with taskId, and the event is kept for it", isRetryable: true)
    }
    try await keep(event, payload, for: taskID, by: by)
    return SentEvent(delivered: [], isKept: true)
  }

  private func check(_ event: EventName, _ payload: JSONValue) throws(RuntimeError) {
    for (path, text) in [("name", event.name), ("key", event.key ?? "-")] where !(1...1000).contains(text.utf8.count) {
      throw RuntimeError(.invalidInput, "the event's \(path) has 1 to 1000 bytes", path: path)
    }
    let size = payload.encoded.count
    guard size <= Wait.valueBytes else {
      throw RuntimeError(
        .tooLarge, "the payload has \(size) bytes, over the limit of \(Wait.valueBytes)", path: "payload")
    }
  }

  private func deliver(
    _ event: EventName, _ payload: JSONValue, _ taskID: TaskID?, by: String
  ) async throws(StoreError) -> [String] {
    var query = DocumentQuery(.wait, taskID: taskID, isOpen: true, limit: 500)
    var delivered: [String] = []
    repeat {
      let page = try await store.documents(query)
      query.cursor = page.nextCursor
      for wait in page.documents.compactMap({ Wait($0) }) where wait.event?.accepts(event) ?? false {
        if try await deliver(payload, to: wait, by: by) { delivered.append(wait.id) }
      }
    } while query.cursor != nil
    return delivered
  }

  private func deliver(_ payload: JSONValue, to first: Wait, by: String) async throws(StoreError) -> Bool {
    var wait: Wait? = first
    while let current = wait, current.isOpen {
      if try await waits.close(current, with: WaitAnswer(value: payload, by: by, at: clock.now())) { return true }
      wait = try await waits.wait(current.id)
    }
    return false
  }

  private func keep(
    _ event: EventName, _ payload: JSONValue, for id: TaskID, by: String
  ) async throws(RuntimeError) {
    while true {
      let state = try await task(id).task.state
      if state.isFinal { throw RuntimeError(.conflict, "the task has ended", path: "taskId", taskID: id) }
      do throws(StoreError) {
        var mailbox = try await waits.mailbox(of: id)
        let now = clock.now()
        mailbox.letters.append(Mailbox.Letter(event: event, payload: payload, by: by, at: now))
        if let full = mailbox.overflow { throw StoreError(.failed, full) }
        let batch = StoreBatch(
          at: now,
          preconditions: [
            .documentRevision(Mailbox.kind, id.text, mailbox.revision), .taskState(id, oneOf: [state]),
          ], changes: [.putDocument(mailbox.document(now: now))])
        _ = try await store.commit(batch)
        // The task may have begun to wait for it in the meantime.
        return await waits.deliverOrOwe(to: id)
      } catch {
        if error.code == .preconditionFailed { continue }
        throw error.message == Mailbox.full
          ? RuntimeError(.queueFull, error.message, taskID: id, isRetryable: true) : RuntimeError(error)
      }
    }
  }
}
