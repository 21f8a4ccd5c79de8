import SCRProtocol
import SCRRuntime

/// Pauses and drains the queue, through all lives of the runtime.
struct QueueHolder: Sendable {
  let host: ChaosHost

  func hold(_ plan: PlannedHold) async {
    let scope = Self.scope(plan.taskClass)
    var hold = ChaosHold(kind: plan.kind, taskClass: plan.taskClass, from: 0)
    switch plan.kind {
    case .pause: guard await host.ask("pause_queue", scope).result != nil else { return await end(scope) }
    case .drain:
      guard let drained = await drain(scope) else { return await end(scope) }
      hold.drained = drained
    }
    hold.from = host.clock.now().milliseconds
    try? await host.clock.sleep(for: .milliseconds(plan.lengthMs))
    hold.until = host.clock.now().milliseconds
    host.board.change { [hold] in $0.holds.append(hold) }
    await end(scope)
  }

  /// - Returns: the tasks that were taken out, as far as answers told of them; nil where there was none.
  private func drain(_ scope: JSONValue) async -> [String]? {
    var drained: [String] = []
    while !Task.isCancelled {
      guard let page = await host.ask("drain_queue", scope).result else { return nil }
      drained += (page["tasks"]?.arrayValue ?? []).compactMap { $0["taskId"]?.stringValue }
      if page["hasMore"] != true { break }
    }
    return drained
  }

  private func end(_ scope: JSONValue) async {
    if await host.ask("resume_queue", scope).result == nil, !Task.isCancelled {
      host.fail("the queue could not be resumed")
    }
  }

  private static func scope(_ taskClass: String?) -> JSONValue {
    .object(JSONObject(taskClass.map { [JSONField(key: "class", value: .string($0))] } ?? []))
  }
}
