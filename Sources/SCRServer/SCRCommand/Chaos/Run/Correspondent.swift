import SCRProtocol
import SCRRuntime

/// Answers what the tasks of a round ask, and sends them the events that they wait for, through all lives of the runtime.
struct Correspondent: Sendable {
  let host: ChaosHost

  private var board: Bulletin<ChaosState> { host.board }
  private static let longest: Duration = .seconds(600)

  /// Until the board says that it is over.
  /// - Parameter tasks: those of the round, and all below them.
  func run(_ tasks: [ChaosTask]) async {
    await withTaskGroup(of: Void.self) { group in
      for task in tasks where !task.eventSteps.isEmpty { group.addTask { await send(to: task) } }
      while await board.wait(within: Self.longest, by: host.clock, until: { $0.isOver || $0.nextQuestion != nil }) {
        if isOver { break }
        guard let question = board.change({ $0.takeNextQuestion() }) else { continue }
        group.addTask { await answer(question) }
      }
      group.cancelAll()
    }
  }

  private var isOver: Bool { board.read(\.isOver) || Task.isCancelled }

  // MARK: Questions

  private func answer(_ question: ChaosQuestion) async {
    let task = board.read { $0.files[question.taskName]?.task }
    guard let task, let sides = task.sides(of: question.kind, step: question.stepID) else { return }
    if case .approval(let answer, _)? = question.stepID.flatMap(task.step)?.wait {
      try? await host.clock.sleep(for: .milliseconds(answer.delayMs))
    }
    await withTaskGroup(of: Void.self) { group in
      for side in sides {
        var params: JSONObject = ["approvalId": .string(question.id), "decision": .string(side.decision)]
        params["by"] = .string(side.name)
        if side.decision == "extend" { params["value"] = task.budget?.extensionJSON }
        let asked = JSONValue.object(params)
        group.addTask { await answer(question.id, asked, as: side) }
      }
    }
  }

  /// An answer that got no reply is given again: it may count, or not.
  private func answer(_ id: String, _ params: JSONValue, as side: (name: String, decision: String)) async {
    let outcome: ChaosQuestion.Reply.Outcome
    switch await host.ask("answer_approval", params) {
    case .result(let wait): outcome = .won(by: wait["answer"]?["by"]?.stringValue)
    case .error(_, let message, _): outcome = .refused(message)
    // The round is over.
    case .gone, .late: return
    }
    board.change {
      $0.questions[id]?.replies.append(.init(side: side.name, decision: side.decision, outcome: outcome))
    }
  }

  // MARK: Events

  /// As many as its steps wait for, one after the other. One that got no answer may have come or not, so another one goes.
  private func send(to task: ChaosTask) async {
    let name = task.name
    let isKnown: @Sendable (ChaosState) -> Bool = { $0.isOver || $0.files[name]?.taskID.isEmpty == false }
    _ = await board.wait(within: Self.longest, by: host.clock, until: isKnown)
    var number = 0
    for step in task.eventSteps {
      if case .event(let delayMs) = step.wait { try? await host.clock.sleep(for: .milliseconds(delayMs)) }
      while !isOver {
        number += 1
        guard let isTaken = await send("\(name) news \(number)", to: name) else { return }
        if isTaken { break }
        try? await host.clock.sleep(for: ChaosHost.pause)
      }
    }
  }

  /// - Returns: whether it was taken in; nil where no other one would be.
  private func send(_ text: String, to name: String) async -> Bool? {
    guard let runtime = host.current, let id = board.read({ $0.files[name]?.taskID }) else { return false }
    board.change { $0.sent(ChaosLetter(text: text), to: name) }
    let reply = await runtime.request(
      "send_event",
      [
        "name": .string(ChaosWait.eventName), "key": .string(name), "payload": .string(text), "taskId": .string(id),
        "by": "chaos",
      ], within: ChaosHost.patience)
    guard let result = reply.result else { return reply.isRefusal ? nil : false }
    let receipt = ChaosLetter.Receipt(
      delivered: (result["delivered"]?.arrayValue ?? []).compactMap(\.stringValue), isKept: result["kept"] == true)
    board.change { $0.received(text, by: name, receipt) }
    return true
  }
}
