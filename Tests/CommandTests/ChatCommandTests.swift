import SCRCommand
import SCRProtocol
import SCRTestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ChatCommandTests {
  private func configuration(_ shop: Workshop) throws -> String {
    _ = try shop.write(
      """
      turns:
        - { role: chat, match: "^What", toolCalls: [{ name: calculator, arguments: { expression: "6 * 7" } }] }
        - { role: chat, match: "42", text: "It is 42.", usage: { inputTokens: 1000, outputTokens: 500 } }
        - { role: chat, match: "^Fail", error: overloaded }
      """, to: "turns.yaml")
    return try shop.write(
      """
      models:
        default: demo
        providers:
          demo: { kind: scripted, script: turns.yaml, attempts: 1, prices: [{ from: "2020-01-01", input: 2, output: 4 }] }
      """, to: "scr.yaml")
  }

  @Test func `The answer is on stdout, and what it took is known afterwards`() async throws {
    try await Workshop.use { shop in
      let file = try configuration(shop)
      let asked = await shop.run(["chat", "What is six times seven?", "--tools", "calc*,time", "--config", file])
      #expect(asked.exit == .success && asked.output.result == "It is 42.\n")
      #expect(asked.output.note == "scripted: the model's answers were written beforehand\n")
      let usage = await shop.run(["models", "usage", "--config", file])
      #expect(
        usage.output.result.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") } == [
          "FOR CALLS FAILED CACHED TOKENS IN TOKENS OUT COST", "demo/scripted 2 0 0 1000 500 $0.004",
        ])
      let json = try JSONParser.parse(
        await shop.run(["models", "usage", "--days", "1", "--by", "role", "--json", "--config", file]).output.result)
      #expect(json["rows"]?.arrayValue?.compactMap { $0["role"] } == ["chat"])
      #expect(json["total"]?["usage"] == ["inputTokens": 1000, "outputTokens": 500, "costUSD": 0.004])
    }
  }

  @Test func `As JSON it is one object, as events a line each with the answer at the end`() async throws {
    try await Workshop.use { shop in
      let file = try configuration(shop)
      let asked = await shop.run(["chat", "What?", "--tools", "calculator", "--json", "--config", file])
      let json = try JSONParser.parse(asked.output.result)
      #expect(json["message"]?["content"] == "It is 42." && json["turns"] == 2 && json["calls"] == ["calculator": 1])
      #expect(json["usage"]?["costUSD"] == 0.004 && json["scripted"] == true && asked.output.note.isEmpty)
      #expect(json["uncounted"] == nil)
      let events = await shop.run(["chat", "What?", "--tools", "calculator", "--events", "--config", file])
      let lines = try events.output.result.split(separator: "\n").map { try JSONParser.parse(String($0)) }
      #expect(
        lines.compactMap { $0["kind"]?.stringValue } == [
          "model.started", "model.finished", "tool.called", "tool.returned", "model.started", "model.delta",
          "model.delta", "model.delta", "model.finished", "answer",
        ])
      #expect(lines.dropLast().compactMap { $0["part"]?.integerValue } == Array(1...9))
    }
  }

  @Test func `An answer by a schema is JSON alone`() async throws {
    try await Workshop.use { shop in
      _ = try shop.write(
        """
        turns:
          - { role: chat, text: "Here it is: 42" }
          - { role: chat, text: "42" }
        """, to: "turns.yaml")
      let file = try shop.write(
        "models: { default: demo, providers: { demo: { kind: scripted, script: turns.yaml } } }\n", to: "scr.yaml")
      let asked = await shop.run(["chat", "How many?", "--schema", #"{"type":"integer"}"#, "--config", file])
      #expect(asked.exit == .success && asked.output.result == "42\n", "\(asked.output.note)")
    }
  }

  @Test func `A chat whose cost cannot be kept says so, in words and as JSON`() async throws {
    try await Workshop.use { shop in
      let file = try configuration(shop)
      _ = try shop.write("no directory", to: "state")
      let asked = await shop.run(["chat", "What?", "--tools", "calculator", "--config", file])
      #expect(asked.exit == .success && asked.output.result == "It is 42.\n")
      #expect(asked.output.note.contains("\nnot counted in scr models usage: "), "\(asked.output.note)")
      let json = await shop.run(["chat", "What?", "--tools", "calculator", "--json", "--config", file])
      #expect(try JSONParser.parse(json.output.result)["uncounted"] == true && json.output.note.isEmpty)
    }
  }

  @Test(arguments: [
    (["Fail", "--config", "scr.yaml"], CommandExit.failed, "the script says overloaded"),
    (["Hello", "--config", "scr.yaml", "--provider", "nobody"], .usage, "there is no model provider \"nobody\""),
    (["Hello", "--config", "scr.yaml", "--tools", "calculater"], .usage, "did you mean \"calculator\"?"),
    (["Hello"], .usage, "name one under models.providers, or set OPENAI_API_KEY"),
    (["  "], .usage, "there is no question"),
    (["Hello", "--json", "--events"], .usage, "Give --json or --events, not both."),
    (["Hello", "--schema", "{", "--config", "scr.yaml"], .usage, "--schema is not JSON: "),
    (["Hello", "--schema", "7", "--config", "scr.yaml"], .usage, "--schema: the schema of the answer cannot be used"),
    (["Hello", "--temperature", "3"], .usage, "--temperature is a number from 0 to 2."),
  ])
  func `What goes wrong has its exit code and its words`(
    arguments: [String], exit: CommandExit, words: String
  ) async throws {
    try await Workshop.use { shop in
      _ = try configuration(shop)
      let asked = await shop.run(["chat"] + arguments.map { $0 == "scr.yaml" ? "\(shop.path)/scr.yaml" : $0 })
      #expect(asked.exit == exit && asked.output.note.contains(words), "\(asked.output.note)")
      #expect(asked.output.result.isEmpty)
    }
  }

  @Test func `Without anything asked there is nothing to tell`() async throws {
    try await Workshop.use { shop in
      let usage = await shop.run(["models", "usage"])
      #expect(usage.exit == .success && usage.output.result.hasPrefix("no model was asked since "))
      let empty = try JSONParser.parse(await shop.run(["models", "usage", "--json"]).output.result)
      #expect(empty["rows"] == [] && empty["total"]?["calls"] == 0)
      for arguments in [["--days", "0"], ["--by", "colour"]] {
        #expect(await shop.run(["models", "usage"] + arguments).exit == .usage)
      }
    }
  }
}
