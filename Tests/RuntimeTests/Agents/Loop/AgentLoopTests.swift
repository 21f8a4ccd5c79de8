import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("An agent's attempt follows from its entries alone")
struct AgentLoopTests {
  static let opening = AgentEntry.opened(AgentOpening(system: "You work.", user: "Goal", tools: ["read", "write"]))

  static func kit(_ rules: AgentRules = AgentRules(), output: AgentOutput? = nil) -> AgentKit {
    func tool(_ name: String, _ effect: ToolEffect) -> AgentTool {
      AgentTool(
        ModelTool(name: name, description: name, inputSchema: ["type": "object"]),
        body: .registry(ToolName(server: "fake", tool: name)), effect: effect,
        check: { $0["bad"] == nil ? nil : "bad is not allowed" })
    }
    return AgentKit(
      tools: [tool("read", .readOnly), tool("write", .unknown)], output: output, rules: rules,
      purpose: ModelPurpose(role: "worker"))
  }

  static func answer(
    _ text: String = "", calls: [(String, JSONObject)] = [], finish: ModelFinish? = nil, tokens: Int64 = 0
  ) -> AgentEntry {
    var response = ModelResponse()
    response.add(.started(ModelStart(provider: "p", model: "m")))
    if !text.isEmpty { response.add(.text(text)) }
    for (place, call) in calls.enumerated() {
      response.add(.toolCall(call: place, ModelToolCall(id: "c\(place)", name: call.0, arguments: call.1)))
    }
    if tokens > 0 { response.add(.usage(ModelUsage(inputTokens: tokens))) }
    response.add(.finished(finish ?? (calls.isEmpty ? .stop : .toolCalls)))
    return .answered(response)
  }

  static func loop(_ entries: [AgentEntry]) -> AgentLoop { loop(kit(), entries) }

  static func loop(_ kit: AgentKit, _ entries: [AgentEntry]) -> AgentLoop {
    var loop = AgentLoop(kit)
    for entry in entries { loop.take(entry) }
    return loop
  }

  /// In a form that can be compared.
  static func told(_ todo: AgentLoop.Todo) -> String {
    switch todo {
    case .open: "open"
    case .ask(let request, let turn): "ask \(turn) \(request.messages.count)"
    case .call(let calls):
      "call "
        + calls.map { "\($0.number)\($0.hasBegun ? "*" : "")\($0.refusal == nil ? "" : "!")" }.joined(separator: " ")
    case .finish(let result): "finish \(result.text)"
    case .fail(let failure): "fail \(failure.reason.kind)"
    }
  }

  @Test("a conversation begins, calls what only reads side by side, and the rest one after the other")
  func order() {
    var entries = [Self.opening]
    #expect(Self.told(AgentLoop(Self.kit()).todo) == "open")
    #expect(Self.told(Self.loop(entries).todo) == "ask 1 1")
    entries.append(Self.answer(calls: [("read", ["n": 1]), ("read", ["n": 2]), ("write", [:]), ("read", ["n": 3])]))
    #expect(Self.told(Self.loop(entries).todo) == "call 1 2")
    entries += [.begun(call: 1), .begun(call: 2), .returned(call: 2, AgentResult(text: "two"))]
    #expect(Self.told(Self.loop(entries).todo) == "call 1*")
    entries.append(.returned(call: 1, AgentResult(text: "one")))
    #expect(Self.told(Self.loop(entries).todo) == "call 3")
    entries += [.begun(call: 3), .returned(call: 3, AgentResult(text: "done"))]
    #expect(Self.told(Self.loop(entries).todo) == "call 4")
    entries += [.begun(call: 4), .returned(call: 4, AgentResult(text: "three"))]
    let loop = Self.loop(entries)
    #expect(Self.told(loop.todo) == "ask 2 3")
    guard case .ask(let request, _) = loop.todo else { return }
    // In the order of the calls, whatever came back first.
    #expect(request.messages.last?.toolResults.map(\.callID) == ["c0", "c1", "c2", "c3"])
    #expect(request.messages.last?.toolResults.first?.text.contains("<data ") == true)
    entries.append(Self.answer("That is all."))
    #expect(Self.told(Self.loop(entries).todo) == "finish That is all.")
  }

  @Test("results may come in any order, and lead to the same request")
  func anyOrder() {
    let calls = (1...4).map { ("read", ["n": JSONValue($0)] as JSONObject) }
    let begun = (1...4).map { AgentEntry.begun(call: $0) }
    let orders = [[1, 2, 3, 4], [4, 3, 2, 1], [2, 4, 1, 3], [3, 1, 4, 2]]
    let requests = orders.map { order -> ModelRequest? in
      let results = order.map { AgentEntry.returned(call: $0, AgentResult(text: "\($0)")) }
      let loop = Self.loop([Self.opening, Self.answer(calls: calls)] + begun + results)
      if case .ask(let request, 2) = loop.todo { return request }
      return nil
    }
    #expect(requests[0] != nil && requests.allSatisfy { $0 == requests[0] })
  }

  @Test("read again from any place of its journal, it comes to the same end")
  func replay() {
    let entries: [AgentEntry] = [
      Self.opening, Self.answer("I look.", calls: [("read", [:]), ("write", [:])], tokens: 5), .begun(call: 1),
      .returned(call: 1, AgentResult(text: "x", isError: true)), .begun(call: 2),
      .returned(call: 2, AgentResult(text: "y", bytes: 99)), .said(["hurry"]), Self.answer("done", tokens: 7),
    ]
    var live = AgentLoop(Self.kit())
    var todos = [Self.told(live.todo)]
    for entry in entries {
      live.take(entry)
      todos.append(Self.told(live.todo))
    }
    for count in 0...entries.count {
      // As a crash leaves it: from the store, through its form as JSON.
      let stored = entries.prefix(count).compactMap { AgentEntry(json: $0.json) }
      let again = Self.loop(stored)
      #expect(stored == Array(entries.prefix(count)) && Self.told(again.todo) == todos[count])
    }
    #expect(live.usage == Usage(toolCalls: 2, tokens: 12) && live.report.calls == ["fake.read": 1, "fake.write": 1])
  }

  @Test("calls that cannot be made are answered without being made")
  func refusals() {
    let rules = AgentRules(callsPerTurn: 3)
    let entry = Self.answer(
      calls: [("nothing", [:]), ("read", ["bad": 1]), ("read", [:]), ("read", ["n": 2])])
    let loop = Self.loop(Self.kit(rules), [Self.opening, entry])
    #expect(Self.told(loop.todo) == "call 1! 2! 3 4!")
    #expect(
      loop.calls.map(\.refusal) == [
        "not made: there is no tool \"nothing\"; there are read, write", "not made: bad is not allowed", nil,
        "not made: at most 3 calls are made at once; make it again if it is still needed",
      ])
  }

  @Test("turns have an end: the last one has no tools, and one that calls even so ends the attempt")
  func turnLimit() {
    let rules = AgentRules(turns: 2)
    var entries = [
      Self.opening, Self.answer(calls: [("read", [:])]), .begun(call: 1), .returned(call: 1, AgentResult(text: "x")),
    ]
    guard case .ask(let request, 2) = Self.loop(Self.kit(rules), entries).todo else {
      Issue.record("no second turn")
      return
    }
    #expect(request.toolChoice == .none && request.tools.count == 2)
    #expect(request.messages.last?.text.contains("last turn") == true)
    entries.append(Self.answer(calls: [("read", [:])]))
    #expect(Self.told(Self.loop(Self.kit(rules), entries).todo) == "fail turn_limit")
  }

  @Test("an answer that is not as it must be is asked for again, so often and no more")
  func corrections() {
    let output = AgentOutput(
      ModelOutput(name: "n", schema: ["type": "object", "required": ["n"]]),
      problems: { $0["n"] == 7 ? [] : ["n: it has to be 7"] })
    let kit = Self.kit(AgentRules(corrections: 2), output: output)
    let bad = [Self.opening, Self.answer("no"), Self.answer("{}"), Self.answer("{\"n\": 6}")]
    #expect(
      (1...4).map { Self.told(Self.loop(kit, Array(bad.prefix($0))).todo) } == [
        "ask 1 1", "ask 2 3", "ask 3 5", "fail output_invalid",
      ])
    let good = Self.loop(kit, Array(bad.prefix(3)) + [Self.answer("```json\n{\"n\": 7}\n```")])
    guard case .finish(let result) = good.todo else {
      Issue.record("not taken")
      return
    }
    #expect(result.structuredContent == ["n": 7])
  }

  @Test(
    "empty, cut and refused answers are none",
    arguments: [
      ("", ModelFinish.stop, "ask 2 3"), ("half", .length, "ask 2 3"), ("no", .refusal, "fail model_refused"),
      ("", .contentFilter, "fail model_refused"),
    ])
  func noAnswers(text: String, finish: ModelFinish, next: String) {
    let loop = Self.loop([Self.opening, Self.answer(text, finish: finish)])
    #expect(Self.told(loop.todo) == next)
  }

  @Test("the same call with the same result, again and again, ends the attempt")
  func circles() {
    var entries = [Self.opening]
    for number in 1...5 {
      entries += [
        Self.answer(calls: [("read", ["n": 1])]), .begun(call: number),
        .returned(call: number, AgentResult(text: "same")),
      ]
    }
    #expect(Self.told(Self.loop(Array(entries.prefix(13))).todo) == "ask 5 9")
    #expect(Self.told(Self.loop(entries).todo) == "fail loop")
  }

  @Test("what people say stands behind the results, in the user's message")
  func said() {
    let loop = Self.loop([
      Self.opening, Self.answer(calls: [("read", [:])]), .begun(call: 1),
      .returned(call: 1, AgentResult(text: "x")), .said(["look at taxes"]),
    ])
    guard case .ask(let request, 2) = loop.todo else { return }
    #expect(request.messages.map(\.role) == [.user, .assistant, .user])
    #expect(request.messages.last?.text == "look at taxes")
  }

  @Test("a long result is cut between characters, and says so")
  func cut() {
    let result = AgentResult(ToolResult(text: String(repeating: "ä", count: 300)), limit: 257)
    #expect(result.bytes == 600)
    #expect(
      result.text == String(repeating: "ä", count: 128)
        + "\n[cut: these are the first 257 of 600 bytes; ask the tool for less to see the rest]")
  }
}
