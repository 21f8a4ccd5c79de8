import SCRCommand
import SCRProtocol
import SCRTestSupport
import Testing

@Suite struct ModelsCommandTests {
  private func run(
    _ shop: Workshop, _ arguments: [String], _ environment: [String: String] = [:]
  ) async -> (exit: CommandExit, output: CapturedOutput) {
    let captured = CapturedOutput()
    var all = environment
    all["SCR_STATE_DIR"] = shop.state
    return (await Invocation.run(["models"] + arguments, in: captured.context(environment: all)), captured)
  }

  private func configuration(_ shop: Workshop, _ address: String) throws -> String {
    _ = try shop.write(
      "turns:\n  - { role: test, text: ready, usage: { inputTokens: 3, outputTokens: 1 } }\n", to: "turns.yaml")
    return try shop.write(
      """
      models:
        default: demo
        providers:
          demo: { kind: scripted, script: turns.yaml }
          local: { kind: ollama, baseURL: "\(address)", model: llama3.1 }
          far: { kind: anthropic, model: m, apiKey: { env: NOBODY_SET_THIS } }
      """, to: "scr.yaml")
  }

  @Test func `The providers are listed with what keeps one from working, and nobody is asked`() async throws {
    try await Workshop.use { shop in
      let server = try TestHTTPServer { $1.answer(200, "{}") }
      let file = try configuration(shop, server.address)
      let (exit, output) = await run(shop, ["list", "--config", file])
      #expect(exit == .success)
      #expect(
        output.result.split(separator: "\n").map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == [
          "PROVIDER KIND", "demo scripted", "far anthropic", "local ollama",
        ])
      #expect(output.result.contains("the environment variable NOBODY_SET_THIS holds none"))
      let json = try JSONParser.parse(await run(shop, ["list", "--config", file, "--json"]).output.result)
      #expect(json["providers"]?.arrayValue?.first == ["name": "demo", "kind": "scripted", "default": true])
      #expect(server.requests.all.isEmpty)
    }
  }

  @Test func `The models of a provider are asked for`() async throws {
    try await Workshop.use { shop in
      let server = try TestHTTPServer { $1.answer(200, "{\"models\":[{\"name\":\"b\"},{\"name\":\"a\"}]}") }
      let file = try configuration(shop, server.address)
      #expect(await run(shop, ["list", "local", "--config", file]).output.result == "a\nb\n")
      let json = try JSONParser.parse(await run(shop, ["list", "local", "--config", file, "--json"]).output.result)
      #expect(json == ["provider": "local", "models": [["id": "b"], ["id": "a"]]])
      #expect(server.requests.all.map(\.path) == ["/api/tags", "/api/tags"])
    }
  }

  @Test func `A test asks for one word and tells how it went`() async throws {
    try await Workshop.use { shop in
      let file = try configuration(shop, "http://127.0.0.1:1")
      let (exit, output) = await run(shop, ["test", "--config", file, "--json"])
      let json = try JSONParser.parse(output.result)
      #expect(exit == .success && json["text"] == "ready" && json["scripted"] == true && json["provider"] == "demo")
      #expect(json["usage"] == ["inputTokens": 3, "outputTokens": 1])
      #expect((json["totalMs"]?.integerValue ?? -1) >= 0)
    }
  }

  @Test func `A script without a turn for the test is not asked, and its turns are counted`() async throws {
    try await Workshop.use { shop in
      let file = try configuration(shop, "http://127.0.0.1:1")
      _ = try shop.write(
        "turns:\n  - { role: planner, text: a }\n  - { role: worker, text: b }\n  - { role: worker, text: c }\n",
        to: "turns.yaml")
      let (exit, output) = await run(shop, ["test", "--config", file])
      #expect(exit == .success)
      #expect(
        output.result
          == "✓ demo  scripted\n  its script can be read: turns 1 for planner, 2 for worker\n"
          + "  none is for the role test, so nothing was asked\n")
      let json = try JSONParser.parse(await run(shop, ["test", "demo", "--config", file, "--json"]).output.result)
      #expect(json == ["provider": "demo", "scripted": true, "turns": ["planner": 1, "worker": 2]])
    }
  }

  @Test(arguments: [("ollama", "responses"), ("anthropic", "generate"), ("openai", "generate")])
  func `An interface that a kind does not have is said`(kind: String, interface: String) async throws {
    try await Workshop.use { shop in
      let file = try shop.write(
        "models: { providers: { one: { kind: \(kind), model: m, interface: \(interface), baseURL: \"http://127.0.0.1:1\" } } }\n",
        to: "scr.yaml")
      let (exit, output) = await run(shop, ["test", "--config", file])
      #expect(exit == .usage && output.note.contains("one has no interface \"\(interface)\""))
    }
  }

  @Test func `Texts are completed where the interface is generate`() async throws {
    try await Workshop.use { shop in
      let server = try TestHTTPServer { _, connection in
        connection.answer(
          200, "{\"response\":\"ready\",\"done\":true,\"prompt_eval_count\":9,\"eval_count\":1}\n",
          type: "application/x-ndjson")
      }
      let file = try shop.write(
        "models: { providers: { one: { kind: ollama, model: base, interface: generate, baseURL: \"\(server.address)\" } } }\n",
        to: "scr.yaml")
      #expect(await run(shop, ["test", "--config", file]).output.result.contains("said: ready"))
      #expect(server.requests.all.map(\.path) == ["/api/generate"])
    }
  }

  @Test func `A test over the wire shows what the provider said, and fails by its class`() async throws {
    try await Workshop.use { shop in
      let server = try TestHTTPServer { request, connection in
        let asked = try? JSONParser.parse(request.body)
        if asked?["model"] == "broken" { return connection.answer(500, "{\"error\":\"out of memory\"}") }
        connection.answer(
          200,
          "{\"model\":\"llama3.1\",\"message\":{\"role\":\"assistant\",\"content\":\"ready\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":9,\"eval_count\":1}\n",
          type: "application/x-ndjson")
      }
      let file = try configuration(shop, server.address)
      let (exit, output) = await run(shop, ["test", "local", "--config", file])
      #expect(exit == .success && output.result.hasPrefix("✓ local  llama3.1\n"))
      #expect(output.result.contains("tokens 9 in, 1 out  said: ready"))
      let broken = await run(shop, ["test", "local", "--model", "broken", "--config", file])
      #expect(broken.exit == .failed && broken.output.note.contains("local failed inside: out of memory"))
      #expect(server.requests.all.count == 2, "a test makes one request")
    }
  }

  @Test(arguments: [
    (["test", "nobody"], CommandExit.usage, "there is no model provider \"nobody\""),
    (["test", "far"], .failed, "the key of far is missing"), (["list", "far"], .failed, "the key of far is missing"),
  ])
  func `What is missing in the configuration is said`(
    arguments: [String], exit: CommandExit, message: String
  ) async throws {
    try await Workshop.use { shop in
      let file = try configuration(shop, "http://127.0.0.1:1")
      let outcome = await run(shop, arguments + ["--config", file])
      #expect(outcome.exit == exit && outcome.output.note.contains(message))
    }
  }

  @Test func `A script that is wrong is said with its place`() async throws {
    try await Workshop.use { shop in
      let file = try configuration(shop, "http://127.0.0.1:1")
      _ = try shop.write("turns:\n  - { role: test, tekst: ready }\n", to: "turns.yaml")
      let (exit, output) = await run(shop, ["test", "--config", file])
      #expect(exit == .usage && output.note.contains("turns.yaml:2:"))
      #expect(output.note.contains("unknown member \"tekst\""))
    }
  }

  @Test func `Without configuration the usual variables choose, and no key is shown`() async throws {
    try await Workshop.use { shop in
      let (exit, output) = await run(
        shop, ["list", "--json"],
        ["OPENAI_API_KEY": "sk-very-secret", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "LLM_MODEL": "phi"])
      #expect(exit == .success && !output.result.contains("secret"))
      let listed = try JSONParser.parse(output.result)
      #expect(
        listed == [
          "providers": [
            [
              "name": "ollama", "kind": "ollama", "model": "phi", "address": "http://127.0.0.1:11434",
              "default": false,
            ],
            [
              "name": "openai", "kind": "openai", "model": "gpt-4o-mini", "address": "http://127.0.0.1:9/v1",
              "default": true,
            ],
          ]
        ])
      #expect(await run(shop, ["list"]).output.result.hasPrefix("no model is configured"))
      #expect(await run(shop, ["test"]).exit == .usage)
    }
  }

  @Test func `A key is read from its file, and a key in an address is refused`() async throws {
    try await Workshop.use { shop in
      let server = try TestHTTPServer { $1.answer(200, "{\"data\":[]}") }
      let key = try shop.write("sk-from-a-file\n", to: "key")
      let file = try shop.write(
        """
        models:
          providers:
            one: { kind: openai, model: m, baseURL: "\(server.address)", apiKey: { file: "\(key)" } }
        """, to: "scr.yaml")
      let other = try shop.write(
        "models: { providers: { two: { kind: openai, model: m, baseURL: \"http://me:sk-inside@127.0.0.1:1/\" } } }\n",
        to: "other.yaml")
      #expect(await run(shop, ["list", "one", "--config", file]).exit == .success)
      #expect(server.requests.all.first?.headers["authorization"] == "Bearer sk-from-a-file")
      let (exit, output) = await run(shop, ["list", "--config", other])
      #expect(exit == .usage && !output.note.contains("sk-inside"))
    }
  }
}
