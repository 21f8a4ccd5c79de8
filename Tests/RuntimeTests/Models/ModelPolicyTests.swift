import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

struct ModelPolicyTests {
  private let start = Timestamp(milliseconds: 1_700_000_000_000)
  private func error(_ code: ModelError.Code, retryAfter: Duration? = nil) -> ModelError {
    ModelError(code, "x", retryAfter: retryAfter)
  }

  // MARK: Retries

  @Test func `waits double, lie between half and all of their step, and end at the longest`() {
    let policy = ModelRetryPolicy(attempts: 10, base: .seconds(1), longestWait: .seconds(5))
    let waits = { (random: Double) in
      (1...5).map { policy.wait(after: error(.server), attempt: $0, random: random) }
    }
    #expect(waits(1) == [.seconds(1), .seconds(2), .seconds(4), .seconds(5), .seconds(5)])
    #expect(waits(0) == [.milliseconds(500), .seconds(1), .seconds(2), .milliseconds(2500), .milliseconds(2500)])
  }

  @Test func `what the provider asks for is waited at least, and what is too long not at all`() {
    let policy = ModelRetryPolicy(attempts: 3, base: .seconds(1), longestWait: .seconds(30))
    #expect(policy.wait(after: error(.rateLimited, retryAfter: .seconds(7)), attempt: 1, random: 0) == .seconds(7))
    #expect(
      policy.wait(after: error(.rateLimited, retryAfter: .seconds(7)), attempt: 1, random: 1) == .milliseconds(7250))
    #expect(policy.wait(after: error(.rateLimited, retryAfter: .seconds(31)), attempt: 1, random: 0) == nil)
  }

  @Test func `only what may pass is tried again, and only so often`() {
    let policy = ModelRetryPolicy(attempts: 3)
    let codes: [ModelError.Code] = [.auth, .invalidRequest, .contextTooLong, .quota, .refused, .circuitOpen, .busy]
    for code in codes { #expect(policy.wait(after: error(code), attempt: 1, random: 0) == nil) }
    #expect(policy.wait(after: error(.overloaded), attempt: 2, random: 0) != nil)
    #expect(policy.wait(after: error(.overloaded), attempt: 3, random: 0) == nil)
  }

  // MARK: Breaker

  @Test func `a breaker opens after failures in a row, lets one through, and closes when that succeeds`() {
    var breaker = CircuitBreaker(CircuitBreaker.Rules(failures: 3, cooldown: .seconds(10)))
    for _ in 0..<2 { breaker.failed(error(.server), at: start) }
    breaker.succeeded()
    for _ in 0..<3 {
      #expect(breaker.admit(at: start) == .pass)
      breaker.failed(error(.server), at: start)
    }
    #expect(breaker.admit(at: start + .seconds(9)) == .refuse(until: start + .seconds(10)))
    #expect(breaker.admit(at: start + .seconds(10)) == .probe)
    #expect(breaker.admit(at: start + .seconds(10)) == .refuse(until: nil))
    breaker.succeeded()
    #expect(breaker.admit(at: start + .seconds(10)) == .pass)
  }

  @Test func `a probe that fails opens again, one that was given up lets the next probe`() {
    var breaker = CircuitBreaker(CircuitBreaker.Rules(failures: 1, cooldown: .seconds(10)))
    breaker.failed(error(.connection), at: start)
    #expect(breaker.admit(at: start + .seconds(10)) == .probe)
    breaker.failed(error(.connection), at: start + .seconds(11))
    #expect(breaker.state == .open(until: start + .seconds(21)))
    #expect(breaker.admit(at: start + .seconds(21)) == .probe)
    breaker.abandoned(at: start + .seconds(22))
    #expect(breaker.admit(at: start + .seconds(22)) == .probe)
  }

  @Test func `a wrong key or request says that the provider lives; a limit keeps us away as long as it says`() {
    var breaker = CircuitBreaker(CircuitBreaker.Rules(failures: 2, cooldown: .seconds(10)))
    breaker.failed(error(.server), at: start)
    breaker.failed(error(.invalidRequest), at: start)
    #expect(breaker.state == .closed(failures: 0))
    breaker.failed(error(.rateLimited, retryAfter: .seconds(3)), at: start)
    #expect(breaker.state == .open(until: start + .seconds(3)))
    breaker.succeeded()
    breaker.failed(error(.quota), at: start)
    #expect(breaker.state == .open(until: start + .seconds(10)))
  }

  // MARK: Budget

  @Test func `the budget of extra requests comes back with time`() {
    var budget = RetryBudget(limit: 2, window: .seconds(60))
    // The last at a clock that was set back.
    let outcomes = [0, 1, 2, 60, 60, -100].map { budget.spend(at: start + .seconds($0)) }
    #expect(outcomes == [true, true, false, true, false, true])
  }

  // MARK: Structure

  @Test(arguments: [
    ("{\"a\": 1}", "{\"a\": 1}"), ("\n {\"a\":1} ", "{\"a\":1}"), ("```json\n{\"a\":1}\n```", "{\"a\":1}"),
    ("```\n{\"a\":1}```", "{\"a\":1}"),
  ])
  func `JSON is found in what models put around it`(text: String, inner: String) throws {
    let output = try StructuredOutput(ModelOutput(name: "x", schema: ["required": ["a"]]))
    #expect(output.verdict(text) == .valid(inner))
  }

  @Test func `what is wrong is said in words for the model`() throws {
    let output = try StructuredOutput(ModelOutput(name: "x", schema: ["type": "object", "required": ["a"]]))
    guard case .invalid(let noJSON) = output.verdict("Sure! {"), case .invalid(let noMember) = output.verdict("{}")
    else {
      Issue.record("it was taken")
      return
    }
    #expect(noJSON.hasPrefix("it is not JSON: ") && noMember.contains("\"a\""))
    #expect(throws: ModelError.self) { try StructuredOutput(ModelOutput(name: "x", schema: ["type": 7])) }
  }

  // MARK: Cache

  private func request(_ change: (inout ModelRequest) -> Void = { _ in }) -> ModelRequest {
    var request = ModelRequest(
      messages: [.user("go")], temperature: 0, cache: .ifDeterministic, purpose: ModelPurpose(role: "worker"))
    change(&request)
    return request
  }

  @Test func `a key is another one for everything that an answer depends on, and the same for who asks`() {
    let profile = ModelProfile(name: "a", kind: "openai", model: "m")
    let keys =
      [
        request(), request { $0.model = "n" }, request { $0.system = "s" }, request { $0.messages = [.user("went")] },
        request { $0.tools = [ModelTool(name: "t", description: "", inputSchema: [:])] },
        request { $0.toolChoice = .required }, request { $0.output = ModelOutput(name: "o", schema: [:]) },
        request { $0.maxOutputTokens = 1 }, request { $0.stop = ["x"] }, request { $0.reasoning = .low },
        request { $0.seed = 1 }, request { $0.purpose.role = "critic" }, request { $0.messages = [.assistant("go")] },
      ].map { ModelCache.key($0, provider: profile) } + [
        ModelCache.key(request(), provider: ModelProfile(name: "b", kind: "openai", model: "m"))
      ]
    #expect(!keys.contains(nil) && Set(keys).count == keys.count)
    #expect(keys[0] == ModelCache.key(request { $0.purpose.taskID = TaskID("t") }, provider: profile))
    #expect(ModelCache.key(request { $0.temperature = 0.5 }, provider: profile) == nil)
    #expect(ModelCache.key(request { $0.cache = .never }, provider: profile) == nil)
    #expect(ModelCache.key(request { ($0.cache, $0.temperature) = (.always, 1) }, provider: profile) != nil)
  }

  private func answer(_ text: String, _ finish: ModelFinish = .stop, isDegraded: Bool = false) -> ModelResponse {
    var response = ModelResponse()
    response.add(.started(ModelStart(provider: "a", model: "m", isDegraded: isDegraded)))
    response.add(.text(text))
    response.add(.finished(finish))
    return response
  }

  @Test func `answers are kept for their time, the least used go first, and poor ones are not kept`() {
    var cache = ModelCache(limit: 2, lifetime: .seconds(10))
    cache.keep(answer("1"), for: "1", at: start)
    cache.keep(answer("2"), for: "2", at: start)
    let kept = cache.response("1", at: start)
    cache.keep(answer("3"), for: "3", at: start)
    let later = ["2", "3"].map { cache.response($0, at: start) }
    let expired = cache.response("1", at: start + .seconds(10))
    #expect(kept == answer("1") && later == [nil, answer("3")] && expired == nil)
    cache.keep(answer("x", isDegraded: true), for: "x", at: start)
    cache.keep(answer("y", .length), for: "y", at: start)
    let poor = ["x", "y"].map { cache.response($0, at: start) }
    #expect(poor == [nil, nil])
  }

  // MARK: Accounts

  @Test func `the price is that of the closest pattern that has begun, and costs are rounded up`() {
    let table = PriceTable([
      .init(models: "*", from: start, inputMicros: 1_000_000, outputMicros: 1_000_000),
      .init(models: "a/m*", from: start, inputMicros: 2_000_000, outputMicros: 8_000_000, cachedMicros: 500_000),
      .init(models: "a/m*", from: start + .seconds(10), inputMicros: 3_000_000, outputMicros: 8_000_000),
    ])
    let usage = ModelUsage(inputTokens: 1000, outputTokens: 100, cachedTokens: 400)
    #expect(table.cost(usage, provider: "a", model: "m1", at: start) == 2200)
    #expect(table.cost(usage, provider: "a", model: "m1", at: start + .seconds(10)) == 3800)
    #expect(table.cost(usage, provider: "b", model: "m1", at: start) == 1100)
    #expect(table.cost(usage, provider: "a", model: "m1", at: start - .seconds(1)) == nil)
    let cheap = PriceTable([.init(models: "*", from: start, inputMicros: 1, outputMicros: 0)])
    #expect(cheap.cost(ModelUsage(inputTokens: 1), provider: "a", model: "m", at: start) == 1)
  }

  @Test func `the ledger has a row for each that asks, and an end`() {
    var ledger = ModelLedger()
    let key = { (task: Int, role: String) in
      ModelLedger.Key(taskID: TaskID("t\(task)"), role: role, provider: "a", model: "m")
    }
    for role in ["worker", "worker", "critic"] {
      ledger.add(key(1, role)) {
        $0.calls += 1
        $0.usage += ModelUsage(inputTokens: 10, costMicros: 5)
      }
    }
    #expect(ledger.rows[key(1, "worker")]?.calls == 2)
    #expect(ledger.sum.usage == ModelUsage(inputTokens: 30, costMicros: 15))
    #expect(
      ledger.json.arrayValue?.first == [
        "provider": "a", "model": "m", "role": "critic", "taskId": "t1", "calls": 1, "failures": 0, "cached": 0,
        "usage": ["inputTokens": 10, "outputTokens": 0, "costUSD": .number(JSONNumber(validated: "0.000005"))],
      ])
    for task in 2...(ModelLedger.limit + 10) { ledger.add(key(task, "worker")) { $0.calls += 1 } }
    #expect(ledger.rows.count == ModelLedger.limit + 1)
  }
}
