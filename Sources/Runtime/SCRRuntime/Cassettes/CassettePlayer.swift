package import SCRProtocol
import Synchronization

/// Gives what was recorded in the place of models, tools and everything else that comes from outside, and notices where the
/// run asks for something else than was recorded.
package final class CassettePlayer: Sendable {
  /// The attempt of an agent that is being played.
  private struct Place: Sendable {
    var attempt: Int
    /// Answers that were given.
    var answers = 0
  }

  private struct Step: Hashable, Sendable {
    var taskID: TaskID?
    var stepID: String
  }

  private struct State {
    var places: [Step: Place] = [:]
    var usedAttempts: Set<Int> = []
    var finished: [Int: Place] = [:]
    var usedCalls: Set<Int> = []
    var divergence: String?
  }

  package let cassette: Cassette
  /// As this version would ask, to say what differs.
  private let requests: [[ModelRequest]]
  private let state = Mutex(State())

  package init(_ cassette: Cassette) {
    self.cassette = cassette
    let catalogue = cassette.catalogue
    requests = cassette.attempts.map { cassette.requests(of: $0, catalogue) }
  }

  /// The first place where the run was not as recorded; nil while it is.
  package var divergence: String? { state.withLock(\.divergence) }

  /// What differs once the run has ended.
  package func verdict(_ state: TaskState, _ result: JSONValue?, _ reason: TaskReason?) -> String? {
    if let divergence { return divergence }
    if let left = unasked { return left }
    let wanted = cassette.outcome
    if state != wanted.state {
      let why = reason.map { " (\($0.message))" } ?? ""
      return "the task ended as \(state.rawValue)\(why), recorded was \(wanted.state.rawValue)"
    }
    if reason?.kind != wanted.reason?.kind {
      return
        "the task ended as \(state.rawValue) for \(Self.told(reason)), recorded was \(Self.told(wanted.reason))"
    }
    if (result ?? .null).isEqualJSON(to: wanted.result ?? .null) { return nil }
    return
      "the result is \((result ?? .null).jsonText.prefix(bytes: 200)), recorded was \((wanted.result ?? .null).jsonText.prefix(bytes: 200))"
  }

  private static func told(_ reason: TaskReason?) -> String {
    reason.map { "\($0.kind) (\($0.message))" } ?? "no reason"
  }

  private var unasked: String? {
    let (given, made) = state.withLock { state in
      (state.places.values.reduce(into: state.finished) { $0[$1.attempt] = $1 }, state.usedCalls)
    }
    for (number, attempt) in cassette.attempts.enumerated() {
      let answers = given[number]?.answers ?? 0
      if answers < attempt.answers.count {
        return "step \(attempt.stepID), turn \(answers + 1): the recorded answer was never asked for"
      }
    }
    // One that was broken off with its task may not even have begun this time.
    let missing = cassette.calls.indices.first { number in
      let call = cassette.calls[number]
      return !made.contains(number)
        && (call.value != nil || call.reason.map { $0.kind != ErrorKind.cancelled.name } == true)
    }
    return missing.map { number in
      "step \(cassette.calls[number].stepID): the recorded call of \(cassette.calls[number].tool) was never made"
    }
  }

  private func diverged(_ message: String) -> ModelError {
    state.withLock { $0.divergence = $0.divergence ?? message }
    return ModelError(
      .diverged, message, hint: "the run is not the recorded one any more: record it again, or undo what changed")
  }

  // MARK: Agents

  /// The recorded beginning of an attempt; what comes from outside is part of it, so only what follows from the plan is compared.
  func opening(of brief: AgentBrief, _ parts: [String]) throws(ModelError) -> AgentOpening {
    let number = "\(brief.failedRuns).\(brief.attempt)"
    let step = Step(taskID: brief.taskID, stepID: brief.stepID)
    let candidates = cassette.attempts.indices.filter {
      cassette.attempts[$0].stepID == brief.stepID && cassette.attempts[$0].number == number
    }
    let fitting = state.withLock { state -> Int? in
      let free = candidates.filter { !state.usedAttempts.contains($0) }
      guard let place = free.first(where: { cassette.attempts[$0].opening?.user.holds(parts) == true }) else {
        return nil
      }
      if let old = state.places[step] { state.finished[old.attempt] = old }
      state.usedAttempts.insert(place)
      state.places[step] = Place(attempt: place)
      return place
    }
    if let opening = fitting.flatMap({ cassette.attempts[$0].opening }) { return opening }
    guard let near = candidates.first.flatMap({ cassette.attempts[$0].opening }) else {
      throw diverged("step \(brief.stepID), turn 1: attempt \(number) of its agent was not recorded")
    }
    let strange = parts.first { !near.user.holds([$0]) } ?? parts.first ?? ""
    throw diverged(
      "step \(brief.stepID), turn 1: what its agent is told differs; not recorded was \"\(strange.prefix(bytes: 300))\""
    )
  }

  /// What people said to an agent before it asked its model.
  func said(to brief: AgentBrief, before turn: Int) -> [String]? {
    guard let place = place(brief.taskID, brief.stepID) else { return nil }
    var answers = 0
    for entry in cassette.attempts[place.attempt].entries {
      switch entry {
      case .answered: answers += 1
      case .said(let texts) where answers == turn - 1: return texts
      default: break
      }
    }
    return nil
  }

  private func place(_ taskID: TaskID?, _ stepID: String) -> Place? {
    state.withLock { $0.places[Step(taskID: taskID, stepID: stepID)] }
  }

  /// The next recorded answer to an agent, if it asks for what was recorded.
  func answer(to request: ModelRequest) throws(ModelError) -> ModelResponse {
    let stepID = request.purpose.stepID ?? ""
    let step = Step(taskID: request.purpose.taskID, stepID: stepID)
    guard let place = state.withLock({ $0.places[step] }) else {
      throw diverged("step \(stepID): a model is asked that was not recorded")
    }
    let attempt = cassette.attempts[place.attempt]
    let turn = place.answers + 1
    guard place.answers < attempt.requests.count else {
      let isFollowed = cassette.attempts.indices.contains {
        $0 > place.attempt && cassette.attempts[$0].stepID == stepID
      }
      if isFollowed {
        // It was cut off at this point, and begun anew.
        throw ModelError(.cut, "the recorded attempt came to no end")
      }
      throw diverged("step \(stepID), turn \(turn): the model is asked once more than was recorded")
    }
    let digest = ModelRequestDigest(request)
    if let part = digest.difference(from: attempt.requests[place.answers]) {
      throw diverged(
        "step \(stepID), turn \(turn): \(difference(part, request, place))")
    }
    if place.answers < attempt.answers.count {
      state.withLock { $0.places[step]?.answers += 1 }
      return attempt.answers[place.answers]
    }
    let failure = attempt.failure
    throw ModelError(
      failure?.code ?? .server, failure?.message ?? "the recorded request came to nothing", hint: failure?.hint)
  }

  private func difference(_ part: String, _ request: ModelRequest, _ place: Place) -> String {
    guard part == "the conversation", place.answers < requests[place.attempt].count else {
      return "\(part) \(part == "the tools" ? "differ" : "differs") from what was recorded"
    }
    let recorded = requests[place.attempt][place.answers].messages
    for (number, message) in request.messages.enumerated() where number >= recorded.count || recorded[number] != message
    {
      let before = number < recorded.count ? recorded[number].told : ""
      let (now, then) = Self.difference(message.told, before)
      return "message \(number + 1) of the conversation differs: \"\(now)\", recorded was \"\(then)\""
    }
    return recorded.count > request.messages.count
      ? "the conversation is shorter than recorded"
      : "the request follows from the record, but is not the one that was recorded: the file was changed, or this scr is another"
  }

  /// Both texts from shortly before the place where they differ.
  private static func difference(_ now: String, _ then: String) -> (String, String) {
    let common = zip(now, then).prefix { $0 == $1 }.count
    func part(_ text: String) -> String { String(text.dropFirst(max(0, common - 20)).prefix(120)) }
    return (part(now), part(then))
  }

  // MARK: Tools

  /// What a call gave.
  func outcome(of call: ToolCall) throws(ToolError) -> ToolResult {
    let stepID = call.context.stepID ?? ""
    if let place = place(call.context.taskID, stepID) { return try agentOutcome(of: call, stepID, place) }
    let fits = cassette.calls.indices.filter { number in
      let recorded = cassette.calls[number]
      return recorded.stepID == stepID && recorded.tool == call.name
        && JSONValue.object(recorded.arguments).isEqualJSON(to: .object(call.arguments))
    }
    let chosen = state.withLock { state -> Int? in
      guard let number = fits.first(where: { !state.usedCalls.contains($0) }) ?? fits.last else { return nil }
      state.usedCalls.insert(number)
      return number
    }
    guard let chosen else { throw strange(call, stepID) }
    let recorded = cassette.calls[chosen]
    if let result = recorded.value.flatMap({ ToolResult(json: $0) }) { return result }
    let reason = recorded.reason
    throw ToolError(
      reason.flatMap { ErrorKind.named($0.kind) } ?? .internal, reason?.message ?? "the call gave nothing",
      hint: reason?.hint)
  }

  private func agentOutcome(of call: ToolCall, _ stepID: String, _ place: Place) throws(ToolError) -> ToolResult {
    let number = call.context.idempotencyKey?.split(separator: "/").last.flatMap { Int($0) } ?? 0
    for case .returned(number, let result) in cassette.attempts[place.attempt].entries {
      return ToolResult(text: result.text, isError: result.isError)
    }
    let message = "step \(stepID), call \(number) of its agent: the outcome of \(call.name) was not recorded"
    _ = diverged(message)
    throw ToolError(.conflict, message)
  }

  private func strange(_ call: ToolCall, _ stepID: String) -> ToolError {
    let arguments = JSONValue.object(call.arguments).jsonText.prefix(bytes: 300)
    let recorded = cassette.calls.first { $0.stepID == stepID }.map { recorded in
      "; recorded was \(recorded.tool) with \(JSONValue.object(recorded.arguments).jsonText.prefix(bytes: 300))"
    }
    let message = "step \(stepID): \(call.name) is called with \(arguments)\(recorded ?? ", which was not recorded")"
    _ = diverged(message)
    return ToolError(.conflict, message)
  }
}

extension Cassette.Attempt {
  var opening: AgentOpening? {
    entries.lazy.compactMap { if case .opened(let opening) = $0 { opening } else { nil } }.first
  }

  var answers: [ModelResponse] {
    entries.compactMap { if case .answered(let response) = $0 { response } else { nil } }
  }
}

extension String {
  /// All of the parts, in this order; others may stand between them.
  fileprivate func holds(_ parts: [String]) -> Bool {
    var rest = self[...]
    for part in parts {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }
}

extension ModelMessage {
  /// Its words and what it holds beside them, for a person who looks for a difference.
  fileprivate var told: String {
    let calls = toolCalls.map { "\($0.name) \(JSONValue.object($0.arguments).jsonText)" }
    return ([text] + calls + toolResults.map(\.text)).filter { !$0.isEmpty }.joined(separator: "\n")
  }
}
