import SCRProtocol

/// One attempt of an agent as a value: the sum of its journal's entries, from which follows what is to be done next.
///
/// Nothing is decided but by entries, so that whoever reads a journal again, after a crash at any place of it, is where it
/// was: no answer is asked for twice, and no call that has ended is made again.
package struct AgentLoop: Sendable {
  package enum Todo: Sendable {
    /// The conversation has no beginning.
    case open
    case ask(ModelRequest, turn: Int)
    /// Calls to make side by side. One that has begun already was cut off by a crash.
    case call([AgentCall])
    case finish(ToolResult)
    case fail(AgentFailure)
  }

  package let kit: AgentKit
  package private(set) var turns = 0
  package private(set) var usage = Usage()
  package private(set) var tokens = ModelUsage()
  package private(set) var report: AgentReport
  private(set) var calls: [AgentCall] = []
  var opening: AgentOpening?
  var context = AgentContext()
  private var callCount = 0
  private var estimate = TokenEstimate()
  /// Bytes that go with every request beside the conversation.
  var overhead = 0
  /// By the calls' numbers, as the model got them.
  private var results: [Int: AgentResult] = [:]
  private var corrections = 0
  private var end: Todo?
  private var detector: LoopDetector

  package init(_ kit: AgentKit) {
    self.kit = kit
    report = AgentReport(kind: kit.purpose.role)
    detector = LoopDetector(kit.rules.loops)
  }

  // MARK: Entries

  package mutating func take(_ entry: AgentEntry) {
    switch entry {
    case .opened(let opening):
      self.opening = opening
      overhead = bytesBeside(opening)
      context.begin([.user(opening.user)])
    case .said(let texts): for text in texts { context.told(text, isKept: true) }
    case .answered(let response): take(response)
    case .begun(let number):
      guard let place = place(of: number) else { return }
      calls[place].hasBegun = true
      usage += Usage(toolCalls: 1)
      report.called(calls[place].name)
    case .returned(let number, let result): take(result, of: number)
    }
    if calls.isEmpty { context.fit(kit.promptTokens, estimate, overhead: overhead) }
  }

  func bytesBeside(_ opening: AgentOpening) -> Int {
    opening.tools.reduce(opening.system.utf8.count) { sum, name in
      sum + (kit.tools[name]?.model.bytes ?? 0)
    }
  }

  /// What an earlier call gave, whether its turn is still sent or not.
  package func result(of call: Int) -> AgentResult? { results[call] }

  /// What ``AgentTool/readResult`` gives.
  func readAgain(_ arguments: JSONObject) -> AgentResult {
    let number = arguments["call"]?.integerValue.map { Int(clamping: $0) } ?? 0
    return result(of: number) ?? AgentResult(text: "there was no call \(number), or it has no result", isError: true)
  }

  private mutating func take(_ response: ModelResponse) {
    turns += 1
    usage += response.usage.charge
    tokens += response.usage
    let sent = context.messages.reduce(overhead) { $0 + $1.bytes }
    estimate.counted(response.usage.inputTokens, in: sent)
    report.answered(response)
    context.answered(response.message)
    let asked = response.toolCalls
    if asked.isEmpty || response.finish == .refusal || response.finish == .contentFilter {
      return conclude(response)
    }
    if turns >= kit.rules.turns { return fail(turnsUsedUp) }
    calls = asked.enumerated().map { place, call in
      callCount += 1
      return AgentCall(
        number: callCount, call: call, tool: tool(call.name),
        refusal: refusal(of: call, place: place))
    }
  }

  /// Why a call is answered without being made; nil where it is made.
  private func refusal(of call: ModelToolCall, place: Int) -> String? {
    guard place < kit.rules.callsPerTurn else {
      return "not made: at most \(kit.rules.callsPerTurn) calls are made at once; make it again if it is still needed"
    }
    if let text = call.malformed {
      return "not made: the arguments are no JSON object: \(text.prefix(bytes: 200))"
    }
    guard let tool = tool(call.name) else {
      return
        "not made: there is no tool \"\(call.name.prefix(100))\"; there are \(kit.tools.keys.sorted().joined(separator: ", "))"
    }
    return tool.check(call.arguments).map { "not made: \($0)" }
  }

  private func tool(_ name: String) -> AgentTool? {
    kit.tools[name] ?? (name == AgentTool.readResultName && context.hasLeftCalls ? .readResult : nil)
  }

  private mutating func take(_ result: AgentResult, of number: Int) {
    guard let place = place(of: number), calls[place].result == nil else { return }
    calls[place].result = result
    results[number] = result
    let call = calls[place]
    let noted = LoopCall(
      tool: call.name, arguments: call.call.arguments, result: .string(result.text), isError: result.isError)
    let verdict = detector.note(noted)
    if calls.allSatisfy({ $0.result != nil }) {
      context.results(
        calls.map { ModelToolResult($0.call, text: $0.told, isError: $0.result?.isError ?? false) },
        calls: calls.filter { $0.refusal == nil }.map { AgentContext.Call(number: $0.number, line: $0.line) })
      calls = []
    }
    if let verdict {
      fail(AgentFailure(TaskReason(kind: TaskReason.loop, message: "it goes round in circles: \(verdict)")))
    }
  }

  private func place(of number: Int) -> Int? { calls.firstIndex { $0.number == number } }

  // MARK: The end

  private mutating func conclude(_ response: ModelResponse) {
    let text = response.text
    switch response.finish {
    case .refusal, .contentFilter:
      let words = text.isEmpty ? "" : ": \(text.prefix(bytes: 500))"
      return fail(AgentFailure(TaskReason(.modelRefused, "the model declined\(words)")))
    case .length:
      return correct(["the answer was cut off at the limit of its length"], hint: "Say it in fewer words.")
    default: break
    }
    guard let output = kit.output else {
      if text.allSatisfy(\.isWhitespace) { return correct(["the answer is empty"]) }
      end = .finish(ToolResult(text: text))
      return
    }
    guard let value = AgentOutput.value(in: text) else { return correct(["the answer is not JSON"]) }
    let problems = output.problems(value)
    if !problems.isEmpty { return correct(problems) }
    end = .finish(ToolResult(text: value.jsonText, structuredContent: value))
  }

  /// Tells the model what is wrong, and lets it answer again while it may.
  private mutating func correct(_ problems: [String], hint: String = "Answer again, as a whole.") {
    corrections += 1
    guard corrections <= kit.rules.corrections, turns < kit.rules.turns else {
      let list = problems.map { "\n- \($0)" }.joined()
      return fail(
        AgentFailure(
          TaskReason(
            .outputInvalid, "after \(corrections) answers the model's answer is still not as it must be:\(list)")))
    }
    let list = problems.map { "- \($0)\n" }.joined()
    context.told("This answer cannot be used:\n\(list)\(hint)")
  }

  private mutating func fail(_ failure: AgentFailure) { end = end ?? .fail(failure) }

  private var turnsUsedUp: AgentFailure {
    AgentFailure(
      TaskReason(
        kind: TaskReason.turnLimit, message: "it came to no answer within \(kit.rules.turns) turns of its model",
        hint: "give it a smaller goal, or raise agents.maxTurns"))
  }

  // MARK: What is next

  package var todo: Todo {
    if let end { return end }
    guard let opening else { return .open }
    let open = calls.filter { $0.result == nil }
    guard let first = open.first else { return .ask(request(opening), turn: turns + 1) }
    // What only reads goes side by side; everything else one after the other, in the model's order.
    guard first.isHarmless else { return .call([first]) }
    return .call(Array(open.prefix(while: \.isHarmless)))
  }

  private func request(_ opening: AgentOpening) -> ModelRequest {
    let isLast = turns + 1 >= kit.rules.turns && !opening.tools.isEmpty
    var messages = context.messages
    var tools = opening.tools.compactMap { kit.tools[$0]?.model }
    if context.hasLeftCalls { tools.append(AgentTool.readResult.model) }
    if isLast { messages.tell("This is your last turn: answer now, without calling a tool.") }
    return ModelRequest(
      system: opening.system.isEmpty ? nil : opening.system, messages: messages, tools: tools,
      toolChoice: isLast ? .none : .auto,
      output: kit.output?.format ?? kit.format, model: kit.settings.model, temperature: kit.settings.temperature,
      maxOutputTokens: kit.settings.maxOutputTokens, seed: kit.settings.seed, cache: kit.settings.caching,
      purpose: kit.purpose)
  }
}

/// A call that the model asked for, until all calls of its answer have come back.
package struct AgentCall: Sendable {
  /// Over the whole attempt, from 1.
  package let number: Int
  package let call: ModelToolCall
  package let tool: AgentTool?
  /// What the model is told instead of a result.
  package let refusal: String?
  package internal(set) var hasBegun = false
  package internal(set) var result: AgentResult?

  /// For people.
  package var name: String { tool?.name ?? String(call.name.prefix(100)) }
  var isHarmless: Bool { refusal != nil || tool?.effect == .readOnly }

  /// In one line, for where its turn is left out.
  var line: String {
    let arguments = JSONValue.object(call.arguments).jsonText.oneLine(bytes: 120)
    return "\(call.name) \(arguments), \(result?.text.utf8.count ?? 0) bytes"
  }

  /// A result as the model reads it. What tools say may have been written by anybody; skills are the operator's word.
  var told: String {
    guard let result else { return "" }
    return refusal == nil && tool?.body != .loadSkill
      ? DataBlock(result.text, of: "result of \(call.name)").text : result.text
  }
}
