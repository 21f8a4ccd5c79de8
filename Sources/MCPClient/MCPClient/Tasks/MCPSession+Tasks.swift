import SCRConnection
import SCRProtocol

// The tasks of servers, as their client sees them: polled, and listened for where that is offered.
extension MCPSession {
  /// One question about a task; another follows where it gets no answer.
  private static let askingTimeout: Duration = .seconds(30)
  private static let mostSilences = 3

  /// Follows a task to its end and answers what it asks. Our call's end cancels it, unless its keeper says otherwise.
  /// - Returns: the result of the call that became the task.
  func follow(
    _ task: RemoteTask, of name: String, _ options: CallOptions, _ tasks: (any RemoteTaskKeeping)?
  ) async throws -> JSONValue {
    let call = InFlightCall(options)
    inbox.begin(.task(task.id), call)
    defer {
      inbox.end(.task(task.id))
      call.end()
    }
    do {
      return try await withThrowingTaskGroup(of: JSONValue?.self) { group in
        group.addTask { [self] in try await poll(task, of: name, options, call.pulse) }
        if peer?.offersTasks == true {
          group.addTask { [self] in
            // Without it the task is polled all the same.
            _ = try? await listen(
              SubscriptionFilter(taskIDs: [task.id]), patience: Self.askingTimeout,
              onNotification: { method, _ in if method == "notifications/tasks" { call.pulse.beat() } })
            return nil
          }
        }
        defer { group.cancelAll() }
        while let end = try await group.next() { if let end { return end } }
        throw CancellationError()
      }
    } catch {
      let isOurs = error is CancellationError || (error as? MCPClientError)?.code == .unanswered
      if isOurs, tasks?.cancelsWithCall ?? true { cancel(task) }
      throw error
    }
  }

  /// Nobody waits for the answer: the server may take its time, and a task that is over is as well.
  private func cancel(_ task: RemoteTask) {
    let params: JSONValue = ["taskId": .string(task.id), "_meta": meta(nil, Self.options, Self.declared)]
    try? connection().post("tasks/cancel", params: params)
  }

  private static let options = CallOptions(timeout: askingTimeout)
  private static let declared = DeclaredCapabilities(tasks: true)

  private func poll(
    _ task: RemoteTask, of name: String, _ options: CallOptions, _ pulse: Pulse
  ) async throws -> JSONValue {
    var rhythm = TaskPoll(interval: task.pollInterval)
    var answered: Set<String> = []
    while true {
      let beats = pulse.beats
      let state = try await state(of: task, name)
      rhythm.interval = RemoteTask.interval(state) ?? rhythm.interval
      switch state["status"]?.stringValue {
      case "completed", "failed", "cancelled":
        return task.isLegacy ? try await legacyResult(of: task, options) : try outcome(state, of: name)
      case "input_required" where task.isLegacy:
        // It asks its questions of whoever waits for the result.
        return try await legacyResult(of: task, options)
      case "input_required":
        if try await answer(state, of: task, name, options, &answered) { continue }
      default: break
      }
      let pause = rhythm.next(chance: .random(in: 0...1))
      _ = try await withDeadline(pause, clock: clock) { await pulse.beat(after: beats) }
    }
  }

  private func state(of task: RemoteTask, _ name: String) async throws -> JSONValue {
    var silences = 0
    while true {
      do { return try await ask("tasks/get", ["taskId": .string(task.id)]) } catch let error as MCPClientError
        where error.code == .timeout && silences + 1 < Self.mostSilences
      {
        silences += 1
      } catch let error as RPCError {
        throw MCPClientError(
          .taskLost, "\(serverName) no longer knows the task \(task.id) that it made of \(name): \(error.message)",
          cause: error)
      }
    }
  }

  private func ask(_ method: String, _ params: JSONObject) async throws -> JSONValue {
    var options = Self.options
    options.mayBecomeTask = true
    return try await request(method, params, options)
  }

  private func outcome(_ state: JSONValue, of name: String) throws -> JSONValue {
    switch state["status"]?.stringValue {
    case "completed":
      if let result = state["result"] { return result }
      throw MCPClientError(.protocolViolation, "\(serverName) completed its task of \(name) and gave no result")
    case "failed": throw RPCError(state["error"] ?? .null)
    default:
      let words = state["statusMessage"]?.stringValue.map { ": \($0)" } ?? ""
      throw MCPClientError(.taskCancelled, "\(serverName) cancelled its task of \(name)\(words)")
    }
  }

  /// Answers what is open and was not answered yet.
  /// - Returns: whether there was anything.
  private func answer(
    _ state: JSONValue, of task: RemoteTask, _ name: String, _ options: CallOptions, _ answered: inout Set<String>
  ) async throws -> Bool {
    let open = (state["inputRequests"]?.objectValue ?? [:]).filter { !answered.contains($0.key) }
    if open.isEmpty { return false }
    let desk = QuestionDesk(serverName: serverName, [options.answerer, answerer])
    let answers = try await desk.answers(to: JSONObject(open), of: name)
    _ = try await ask("tasks/update", ["taskId": .string(task.id), "inputResponses": .object(answers)])
    answered.formUnion(open.map(\.key))
    return true
  }

  /// Waits for the end of a legacy task; its questions come as requests meanwhile.
  private func legacyResult(of task: RemoteTask, _ options: CallOptions) async throws -> JSONValue {
    var options = options
    options.idleTimeout = nil
    return try await request("tasks/result", ["taskId": .string(task.id)], options)
  }
}
