import Glibc
import SCRProtocol
import SCRTestSupport
import Testing

@Suite("A goal with each vendor's interface, over a real connection", .timeLimit(.minutes(5)))
struct VendorGoalTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  private static let keys = ["FIRST_KEY": "sk-first-secret", "SECOND_KEY": "sk-second-secret"]

  private func provider(
    _ server: VendorServer, model: String, key: String, failover: [JSONValue] = [], more: JSONObject = [:]
  ) -> JSONValue {
    var fields: JSONObject = [
      "kind": .string(server.interface.kind), "interface": server.interface == .responses ? "responses" : "chat",
      "baseURL": .string(server.address), "model": .string(model), "apiKey": ["env": .string(key)], "attempts": 1,
      "numCtx": 32_768, "failover": .array(failover),
    ]
    for field in more { fields[field.key] = field.value }
    return .object(fields)
  }

  private func configure(_ first: VendorServer, _ second: VendorServer, more: JSONObject = [:]) throws -> [String] {
    let settings: JSONValue = [
      "tools": ["allow": ["fake.append"], "deny": ["fake.fail"]],
      "mcp": [
        "servers": [
          "fake": [
            "command": .string(place.fakeServerPath), "args": ["--ledger", .string("\(place.path)/ledger")],
            "idempotentTools": ["append"], "startupTimeoutMs": 20_000,
          ]
        ]
      ],
      "models": [
        "default": "first",
        "providers": [
          "first": provider(first, model: "m-first", key: "FIRST_KEY", failover: ["second"], more: more),
          "second": provider(second, model: "m-second", key: "SECOND_KEY", more: more),
        ],
      ],
    ]
    try place.write("scr.test.yaml", settings.jsonText)
    return ["--config", "\(place.path)/scr.test.yaml", "--state", place.state]
  }

  @Test("is planned, worked off, revised and answered; each answer is paid once", arguments: VendorInterface.allCases)
  func goal(_ interface: VendorInterface) async throws {
    let bench = try Bench(interface, silences: 0)
    let options = try configure(bench.first, bench.second)
    let end = try await place.run(["run", GoalModel.goal, "--json"] + options, environment: Self.keys)
    #expect(end.code == 0, "\(end)")
    try await check(end.json, bench)
    for key in Self.keys.values { #expect(!end.stderr.contains(key) && !end.stdout.joined().contains(key)) }
  }

  @Test("is gone on with after kill -9: nothing is asked or called for again", arguments: VendorInterface.allCases)
  func killed(_ interface: VendorInterface) async throws {
    let bench = try Bench(interface, silences: 1)
    let options = try configure(bench.first, bench.second)
    let scr = try ScrProcess(["run", GoalModel.goal, "--json"] + options, in: place, environment: Self.keys)
    _ = await bench.model.silent.values(1)
    scr.signal(SIGKILL)
    #expect(await scr.end().code == 128 + SIGKILL)
    let listed = try await place.run(["tasks", "list", "--json", "--state", place.state])
    let id = listed.json["tasks"]?.arrayValue?.first?["taskId"]?.stringValue ?? ""
    let serve = try ScrProcess(["serve"] + options, in: place, environment: Self.keys)
    serve.send(#"{"jsonrpc":"2.0","id":1,"method":"get_task","params":{"taskId":"\#(id)","wait":true}}"#)
    let task = try await serve.answer(to: 1)["result"] ?? .null
    #expect(await serve.finish().code == 0)
    try await check(task, bench, lives: 2)
  }

  @Test("a budget in money pauses a goal in the middle and asks; what is granted lets it go on")
  func money() async throws {
    let bench = try Bench(.chat, silences: 0)
    // Ten tokens of output per answer, at a dollar for a thousand: a cent each.
    let prices: JSONValue = [["from": "2026-01-01", "input": 0, "output": 1000]]
    let options = try configure(bench.first, bench.second, more: ["prices": prices])
    let serve = try ScrProcess(["serve"] + options, in: place, environment: Self.keys)
    try await serve.ready("fake")
    serve.send(
      #"{"jsonrpc":"2.0","id":1,"method":"submit_task","params":{"goal":"\#(GoalModel.goal)","budget":{"costUSD":0.035}}}"#
    )
    let id = try await serve.answer(to: 1)["result"]?["taskId"]?.stringValue ?? ""
    serve.send(#"{"jsonrpc":"2.0","id":2,"method":"stream","params":{"taskId":"\#(id)","since":0}}"#)
    let asked = try await serve.frame { $0["params"]?["kind"] == "approval.requested" }["params"]?["data"]
    #expect(
      asked?["question"]?.stringValue
        == "it has spent $0.04 of the $0.035 that its budget allows. Let it use more, or end it?",
      "\(asked?.jsonText ?? "")")
    let answers = await bench.first.answered.values(3).count + bench.second.answered.all.count
    #expect(answers == 4)
    let approval = asked?["approvalId"]?.stringValue ?? asked?["waitId"]?.stringValue ?? ""
    serve.send(
      #"{"jsonrpc":"2.0","id":3,"method":"answer_approval","params":{"approvalId":"\#(approval)","decision":"extend","value":{"costUSD":1}}}"#
    )
    serve.send(#"{"jsonrpc":"2.0","id":4,"method":"get_task","params":{"taskId":"\#(id)","wait":true}}"#)
    let task = try await serve.answer(to: 4)["result"] ?? .null
    #expect(task["state"] == "completed" && task["usage"]?["costUSD"] == 0.1, "\(task.jsonText)")
    #expect(await serve.finish().code == 0)
    try await check(task, bench)
  }

  @Test("a budget in money ends with the first answer of which nobody knows what it cost")
  func unpriced() async throws {
    let bench = try Bench(.anthropic, silences: 0)
    let options = try configure(bench.first, bench.second)
    let serve = try ScrProcess(["serve"] + options, in: place, environment: Self.keys)
    try await serve.ready("fake")
    serve.send(
      #"{"jsonrpc":"2.0","id":1,"method":"submit_task","params":{"goal":"\#(GoalModel.goal)","budget":{"costUSD":1},"wait":true}}"#
    )
    let task = try await serve.answer(to: 1)["result"]
    #expect(task?["state"] == "failed", "\(task?.jsonText ?? "")")
    let reason = task?["steps"]?.arrayValue?.first?["reason"]
    #expect(reason?["kind"] == "budget_exceeded")
    #expect(
      reason?["message"]?.stringValue?.hasSuffix(
        "the budget is in money, and nothing says what second/m-second costs") == true, "\(reason?.jsonText ?? "")")
    #expect(reason?["hint"]?.stringValue?.contains("models.providers.second.prices") == true)
    #expect(await bench.second.answered.values(1).count == 1 && bench.first.asked.all.count == 1)
    #expect(await serve.finish().code == 0)
  }

  // MARK: What must have come of it

  /// - Parameter lives: of the runtime, all but the last of which ended while the model kept silent.
  private func check(_ task: JSONValue, _ bench: Bench, lives: Int = 1) async throws {
    #expect(task["state"] == "completed" && task["result"] == .string(GoalModel.answer), "\(task.jsonText)")
    #expect(
      task["steps"]?.arrayValue?.map { "\($0["id"]?.stringValue ?? "") \($0["state"]?.stringValue ?? "")" } == [
        "plan completed", "note completed", "review completed", "plan_2 completed", "more completed",
        "review_2 completed",
      ])
    let agents = task["provenance"]?["agents"]?.arrayValue ?? []
    #expect(
      agents.map { $0["models"] } == [
        ["second/m-second", "first/m-first"], ["first/m-first"], ["first/m-first"], ["first/m-first"],
        ["first/m-first"],
      ])
    #expect(agents.compactMap { $0["turns"]?.integerValue } == [3, 4, 1, 1, 1])
    #expect(task["provenance"]?["review"]?["verdict"] == "pass" && task["provenance"]?["scripted"] == nil)
    // Two calls in the first turn, one in the third, one of the plan; what was refused was not made.
    #expect(task["usage"]?["toolCalls"] == 4)

    let first = await bench.first.answered.values(9)
    #expect(bench.first.asked.all.count == 9 + 1 + (lives - 1), "one was refused, one per earlier life kept silent")
    #expect(bench.second.asked.all.count == 1 && bench.first.answered.all.count == 9)
    #expect(bench.first.complaints.all == [] && bench.second.complaints.all == [])
    #expect(Set(first.map(\.body.jsonText)).count == 9, "an answer was asked for twice")
    let lines = try place.read("ledger").split(separator: "\n").map { $0.split(separator: " ") }
    #expect(lines.map(\.first) == ["one", "two", "three"] && Set(lines.map(\.last)).count == 3, "\(lines)")
    try requests(first, await bench.second.answered.values(1))
  }

  private func requests(_ first: [VendorAsk], _ second: [VendorAsk]) throws {
    for (asks, model, key) in [(first, "m-first", "sk-first-secret"), (second, "m-second", "sk-second-secret")] {
      for ask in asks {
        #expect(ask.model == model && ask.headers["user-agent"] == "scr")
        switch ask.interface {
        case .anthropic:
          #expect(ask.headers["x-api-key"] == key && ask.headers["anthropic-version"] == "2023-06-01")
          #expect(ask.headers["authorization"] == nil)
        case .chat, .responses, .ollama: #expect(ask.headers["authorization"] == "Bearer \(key)")
        }
        if ask.interface == .ollama { #expect(ask.body["options"]?["num_ctx"] == 32_768) }
      }
    }
    #expect(
      (second + first).map(GoalModel.role) == [
        .planner, .planner, .planner, .worker, .worker, .worker, .worker, .critic, .planner, .critic,
      ])
    // What policy refuses is told to the planner in its next turn, and is offered to nobody.
    let corrections = first.prefix(2).map { ask in if case .user(let text)? = ask.turns.last { text } else { "" } }
    #expect(corrections[0].contains("steps: ") && corrections[0].contains("array"), "\(corrections)")
    let correction = corrections[1]
    #expect(correction.contains("steps[0].tool") && correction.contains("fake.fail"), "\(correction)")
    #expect(first.allSatisfy { $0.tools["fake_fail"] == nil && !$0.system.contains("fake_fail") })
    #expect(second[0].schema?["properties"]?["steps"]?["type"] == "array")
    #expect(first[6].schema?["properties"]?["verdict"]?["enum"] == ["pass", "revise", "fail"])
    let worker = first[5]
    #expect(
      worker.tools["fake_append"] == [
        "type": "object", "properties": ["line": ["type": "string"], "ms": ["type": "integer"]], "required": ["line"],
      ])
    try transcript(worker)
  }

  /// The worker's whole conversation: every call with its result, under the id that the vendor gave it.
  private func transcript(_ ask: VendorAsk) throws {
    let ids = ask.interface == .ollama ? ["call_0_1", "call_0_2", "call_2_1", "call_3_1"] : (1...4).map { "id_\($0)" }
    let shapes = ask.turns.dropFirst().map { turn in
      switch turn {
      case .user(let text): "user \(text)"
      case .assistant(let text, let calls):
        "assistant \(text) "
          + calls.map { "\($0.id ?? "?") \($0.name) \($0.arguments.jsonText)" }.joined(separator: ", ")
      case .result(let id, let text, let isError):
        "\(isError ? "error" : "result") \(id ?? "?") \(Self.told(text))"
      }
    }
    #expect(
      shapes == [
        "assistant I begin — ünd lese 📎. \(ids[0]) fake_append {\"line\":\"one\"}, "
          + "\(ids[1]) filesystem_read_text_file {\"path\":\"missing.txt\"}",
        "result \(ids[0]) appended", "error \(ids[1]) \"missing.txt\" does not exist",
        "assistant  \(ids[2]) fake_fail {}",
        "error \(ids[2]) not made: there is no tool \"fake_fail\"",
        "assistant  \(ids[3]) fake_append {\"line\":\"two\"}", "result \(ids[3]) appended",
      ], "\(shapes)")
  }

  /// A result without its marks, and of a longer one the beginning.
  private static func told(_ text: String) -> String {
    let text = text.hasPrefix("Error: ") ? String(text.dropFirst("Error: ".count)) : text
    let lines = text.split(separator: "\n")
    let inner = lines.first?.hasPrefix("<data ") == true ? lines.dropFirst().dropLast().joined(separator: "\n") : text
    return String(inner.prefix { $0 != ";" })
  }
}

/// Two providers of one vendor. The first is overloaded when it is asked first.
private struct Bench {
  let model: GoalModel
  let first: VendorServer
  let second: VendorServer

  init(_ interface: VendorInterface, silences: Int) throws {
    let model = GoalModel(silences: silences)
    let overloads = Counter(1)
    self.model = model
    first = try VendorServer(interface) { ask in
      overloads.take() ? .refusal(interface == .responses ? 500 : 529, "Overloaded") : model.reply(to: ask)
    }
    second = try VendorServer(interface) { model.reply(to: $0) }
  }
}

extension VendorInterface {
  /// As the configuration names it.
  fileprivate var kind: String {
    switch self {
    case .chat, .responses: "openai"
    case .anthropic: "anthropic"
    case .ollama: "ollama"
    }
  }
}
