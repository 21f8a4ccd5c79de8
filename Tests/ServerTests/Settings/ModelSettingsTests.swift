import SCRProtocol
import SCRRuntime
import SCRServer
import Testing

@Suite struct ModelSettingsTests {
  private func load(_ text: String, _ environment: [String: String] = [:]) throws -> ModelSettings {
    var machine = Machine(files: ["/srv/mine.yaml": text], configFile: "/srv/mine.yaml")
    machine.environment.merge(environment) { $1 }
    return try machine.load().settings.models
  }

  private func problems(_ provider: String) -> [String] {
    let text = "models:\n  providers:\n    a: \(provider)\n    b: { kind: ollama, model: m }\n"
    return Machine(files: ["/srv/mine.yaml": text], configFile: "/srv/mine.yaml").problems()
  }

  @Test func `everything about a provider is read`() throws {
    let models = try load(
      """
      models:
        default: a
        retryBudget: 1
        breakerFailures: 2
        breakerCooldownMs: 3
        cacheEntries: 4
        cacheTtlMs: 5
        providers:
          a:
            kind: openai
            interface: responses
            model: m
            apiKey: { file: ~/key }
            connectTimeoutMs: 6
            firstByteTimeoutMs: 7
            idleTimeoutMs: 8
            totalTimeoutMs: 9
            maxConcurrent: 10
            attempts: 11
            numCtx: 4096
            failover: [b]
            standIn: b
            prices:
              - { models: "m*", from: 2026-01-31, input: 0.15, output: 0.6, cachedInput: 0.075, cacheWrite: 1 }
          b: { kind: ollama, model: m }
      """)
    var a = ModelProviderEntry()
    (a.kind, a.interface, a.model, a.apiKey) = (.openai, .responses, "m", .file("~/key"))
    (a.connectTimeoutMs, a.firstByteTimeoutMs, a.idleTimeoutMs, a.totalTimeoutMs) = (6, 7, 8, 9)
    (a.maxConcurrent, a.attempts, a.numCtx, a.failover, a.standIn) = (10, 11, 4096, ["b"], "b")
    a.prices = [
      ModelPrice(
        models: "m*", from: "2026-01-31", input: 150_000, output: 600_000, cachedInput: 75_000, cacheWrite: 1_000_000)
    ]
    var b = ModelProviderEntry()
    (b.kind, b.model) = (.ollama, "m")
    var wanted = ModelSettings()
    (wanted.default, wanted.providers) = ("a", ["a": a, "b": b])
    (wanted.retryBudget, wanted.breakerFailures, wanted.breakerCooldownMs) = (1, 2, 3)
    (wanted.cacheEntries, wanted.cacheTtlMs) = (4, 5)
    #expect(models == wanted)
    #expect(
      a.prices[0].price(of: "a")
        == PriceTable.Price(
          models: "a/m*", from: Timestamp(milliseconds: 1_769_817_600_000), inputMicros: 150_000, outputMicros: 600_000,
          cachedMicros: 75_000, cacheWriteMicros: 1_000_000))
  }

  @Test(arguments: [
    (
      "{ kind: openai, model: m, apiKey: sk-123 }", "3:42: models.providers.a.apiKey: a secret must not stand in a file"
    ),
    ("{ kind: openai, model: m, apiKey: { file: key } }", "3:42: models.providers.a.apiKey: expected { file: PATH }"),
    (
      "{ kind: openai, model: m, baseURL: \"http://u:sk-123@h/\" }",
      "models.providers.a.baseURL: a secret must not stand in an address"
    ),
    ("{ kind: gemini, model: m }", "3:16: models.providers.a.kind: \"gemini\" is none of"),
    ("{ kind: openai }", "models.providers.a: a provider of kind openai needs `model`"),
    ("{ kind: openai, model: m, failover: [c] }", "models.providers.a.failover: there is no provider \"c\""),
    ("{ kind: openai, model: m, standIn: c }", "models.providers.a.standIn: there is no provider \"c\""),
    ("{ kind: openai, model: m, prices: [{ from: soon, input: 1, output: 1 }] }", "a price needs the day"),
    ("{ kind: openai, model: m, prices: [{ from: 2026-01-31, input: 1 }] }", "output is US dollars per million tokens"),
    ("{ kind: openai, model: m, prices: [{ from: 2026-01-31, inputs: 1 }] }", "unknown member \"inputs\""),
  ])
  func `what is wrong is said with its place and without a secret`(provider: String, problem: String) {
    let found = problems(provider)
    #expect(found.count == 1 && found.first?.contains(problem) == true, "\(found)")
    #expect(!found.joined().contains("sk-123"))
  }

  @Test func `where no file names a provider the usual variables of other programs do`() throws {
    let all = [
      "OPENAI_API_KEY": "x", "ANTHROPIC_API_KEY": "y", "ANTHROPIC_MODEL": "claude", "LLM_BASE_URL": "http://h:1",
    ]
    let models = try load("queue: {}\n", all)
    #expect(models.providers.keys.sorted() == ["anthropic", "ollama", "openai"] && models.default == "openai")
    #expect(models.providers["anthropic"]?.model == "claude")
    #expect(models.providers["anthropic"]?.apiKey == .variable("ANTHROPIC_API_KEY"))
    #expect(models.providers["ollama"]?.baseURL == "http://h:1" && models.providers["ollama"]?.apiKey == nil)
    let own = try load("models: { providers: { b: { kind: ollama, model: m } } }\n", all)
    #expect(own.providers.keys.sorted() == ["b"] && own.default == nil)
    #expect(try load("queue: {}\n").providers.isEmpty)
    #expect(try load("queue: {}\n", ["OPENAI_API_KEY": "x", "SCR_MODELS_DEFAULT": "openai"]).default == "openai")
  }

  @Test func `a file of the working directory sends no key anywhere before somebody consents`() throws {
    let mine = "models: { providers: { mine: { kind: openai, model: m, apiKey: { env: KEY } } } }\n"
    let found = "models: { providers: { mine: { baseURL: \"http://evil.example/v1\" } } }\n"
    let machine = Machine(files: [Machine.userFile: mine, Machine.localFile: found])
    let loaded = try machine.load()
    #expect(loaded.settings.models.providers["mine"]?.baseURL == nil)
    #expect(loaded.notices.map(\.description).contains { $0.contains("models.providers.mine.baseURL: not applied") })
    // Nor does it keep the usual variables from being used as they are.
    let stranger = Machine(
      files: [
        Machine.localFile:
          "models: { providers: { openai: { kind: openai, model: m, baseURL: \"http://evil.example\", apiKey: { env: OPENAI_API_KEY } } } }\n"
      ],
      environment: ["HOME": "/people/ada", "OPENAI_API_KEY": "x"])
    #expect(try stranger.load().settings.models.providers["openai"]?.baseURL == nil)
  }
}
