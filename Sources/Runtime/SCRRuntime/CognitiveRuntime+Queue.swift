import SCRProtocol

// The queue as operators see it.
extension CognitiveRuntime {
  // MARK: Taking tasks in

  /// Takes room for a task that is about to be stored.
  /// - Returns: what its commit has to write down of its key's weight.
  /// - Throws: `queue_full`, `paused`, `invalid_params`, `store_unavailable`.
  func enterQueue(_ task: AgentTask, weight: Int?) async throws(RuntimeError) -> StoreChange? {
    if !queueRoom.knowsControls { try await knowControls() }
    let change: StoreChange?
    if let weight {
      try Self.check(weight: weight, of: task.fairnessKey)
      change = try await queueControls.weightChange(task.fairnessKey, to: weight)
    } else {
      change = nil
    }
    try queueRoom.take(task)
    return change
  }

  /// The task is stored.
  /// - Parameter weight: what was written down with it.
  func entered(_ task: AgentTask, weight: Int?) async {
    if let weight {
      await queueControls.tookWeight(weight, of: task.fairnessKey)
      dispatcher.controlsChanged()
    }
    if task.state == .scheduled { starts.look() } else { dispatcher.queued(task, isNew: true) }
  }

  private func knowControls() async throws(RuntimeError) {
    do throws(StoreError) { queueRoom.control(try await queueControls.current()) } catch { throw RuntimeError(error) }
  }

  private static func check(weight: Int, of key: String) throws(RuntimeError) {
    guard FairQueueRules.weights.contains(weight) else {
      throw RuntimeError(
        .invalidParams, "the weight \(weight) of \"\(key.prefix(40))\" is not from 1 to 1000000", path: "weight")
    }
  }

  // MARK: Controls

  /// Nothing of the scope begins until `until`, or until somebody resumes it; what runs goes on.
  /// - Throws: `invalid_params` for a moment that has passed or a name that is none, `store_unavailable`.
  package func pauseQueue(_ scope: QueueScope, until: Timestamp?) async throws(RuntimeError) {
    let pause = try pause(until)
    try await change(scope, told(.queuePaused, scope, until: until)) { $0.pause = pause }
  }

  /// Ends a pause and a drain of exactly this scope.
  package func resumeQueue(_ scope: QueueScope) async throws(RuntimeError) {
    try await change(scope, told(.queueResumed, scope)) { control in
      control.pause = nil
      control.drain = nil
    }
  }

  /// - Parameter limits: 0 goes back to what the configuration says; nil leaves a limit as it is.
  /// - Returns: the limits that hold now.
  package func setQueueLimits(
    _ taskClass: String, _ limits: QueueLimits
  ) async throws(RuntimeError) -> QueueLimits {
    let scope = QueueScope.taskClass(taskClass)
    try await change(scope, []) { control in
      for (_, member) in QueueLimits.members {
        guard let limit = limits[keyPath: member] else { continue }
        control.limits[keyPath: member] = limit == 0 ? nil : limit
      }
    }
    do throws(StoreError) {
      return try await queueControls.current()[scope].limits.over(configuration.queueClasses[taskClass])
    } catch { throw RuntimeError(error) }
  }

  /// - Parameter weights: of fairness keys, 1…1,000,000, at most 1000; 1 is what keys have that nobody set.
  package func setQueueWeights(_ weights: [String: Int]) async throws(RuntimeError) {
    for (key, weight) in weights {
      try QueueName.check(key: key)
      try Self.check(weight: weight, of: key)
    }
    defer { dispatcher.controlsChanged() }
    try await queueControls.setWeights(weights)
  }

  func change(
    _ scope: QueueScope, _ events: [EventDraft], _ edit: @Sendable (inout QueueControl) -> Void
  ) async throws(RuntimeError) {
    if let name = scope.taskClass { try QueueName.check(taskClass: name) }
    hub.publish(try await queueControls.change(scope, events: events, edit))
    try await knowControls()
    // When the answer comes, nothing begins any more that is held.
    do throws(StoreError) { try await dispatcher.applyControls() } catch { throw RuntimeError(error) }
    dispatcher.controlsChanged()
    controlWatch.look()
  }

  func pause(_ until: Timestamp?) throws(RuntimeError) -> ClassGate.Pause {
    guard let until else { return .untilResumed }
    guard until > clock.now() else {
      throw RuntimeError(
        .invalidParams, "\(until) has passed", hint: "name a moment to come, or none", path: "until")
    }
    return .until(until)
  }

  func told(
    _ kind: EventKind, _ scope: QueueScope, until: Timestamp? = nil, count: Int? = nil
  ) -> [EventDraft] {
    var data: JSONObject = [:]
    data["class"] = scope.taskClass.map { .string($0) }
    data["until"] = until.map { .string($0.description) }
    data["count"] = count.map { JSONValue($0) }
    return [EventDraft(kind, data: .object(data))]
  }
}
