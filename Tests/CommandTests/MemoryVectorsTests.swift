import SCRCommand
import SCRProtocol
import SCRTestSupport
import Testing

/// Vectors of records over a socket, as OpenAI's and Ollama's interfaces give them.
@Suite(.timeLimit(.minutes(1))) struct MemoryVectorsTests {
  /// One direction for each meaning.
  private static func vector(_ text: String) -> JSONValue {
    let meanings = [["car", "automobile"], ["dog", "hound"], ["rain", "weather"]]
    return .array(meanings.map { words in words.contains { text.contains($0) } ? 1 : 0.01 })
  }

  private static func server(_ kind: String) throws -> TestHTTPServer {
    try TestHTTPServer { request, connection in
      let texts = (try? JSONParser.parse(request.text))?["input"]?.arrayValue?.compactMap(\.stringValue) ?? []
      switch (kind, request.path) {
      case ("openai", "/v1/embeddings"):
        // Out of order: the index tells whose vector it is.
        let rows = texts.enumerated().map { place, text -> JSONValue in
          ["index": JSONValue(place), "embedding": vector(text)]
        }
        connection.answer(200, JSONValue.object(["data": .array(rows.reversed())]).jsonText)
      case ("ollama", "/api/embed"):
        connection.answer(200, JSONValue.object(["embeddings": .array(texts.map(vector))]).jsonText)
      default: connection.answer(404, "{}")
      }
    }
  }

  private static func configuration(_ shop: Workshop, _ kind: String, _ server: TestHTTPServer) throws -> String {
    _ = try shop.write("sk-of-vectors", to: "key")
    _ = try shop.write("sk-of-words", to: "other")
    return try shop.write(
      """
      models:
        default: words
        providers:
          words: { kind: anthropic, model: m, apiKey: { file: "\(shop.path)/other" }, failover: [vectors] }
          vectors:
            kind: \(kind)
            model: chat
            apiKey: { file: "\(shop.path)/key" }
            baseURL: "\(server.address)\(kind == "openai" ? "/v1" : "")"
      memory:
        embeddings: { provider: vectors, model: small }
      """, to: "mine.yaml")
  }

  /// A runtime that works while `body` runs.
  private static func serving(
    _ arguments: [String], _ state: String, _ body: (TestDescriptor) async throws -> Void
  ) async throws {
    let (input, output, captured) = (try TestPipe(), try TestPipe(), CapturedOutput())
    let answers = LineReader(output.read)
    let (requests, served) = (TestDescriptor(input.write), TestDescriptor(output.write))
    let context = captured.context(
      environment: ["SCR_STATE_DIR": state],
      wire: CommandContext.Wire(input: input.read, output: output.write))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        _ = await Invocation.run(["serve"] + arguments, in: context)
        served.close()
      }
      try await body(requests)
      requests.close()
      try await group.waitForAll()
    }
    _ = await answers.rest()
  }

  @Test(
    "the agent gives records their vectors, and a search finds what means the same", arguments: ["openai", "ollama"])
  func search(kind: String) async throws {
    try await Workshop.use { shop in
      let server = try Self.server(kind)
      let file = ["--config", try Self.configuration(shop, kind, server)]
      for text in ["an automobile", "a hound"] {
        #expect(await shop.run(["memory", "put", text] + file).exit == .success)
      }
      // Before the records have vectors the words alone find nothing.
      #expect(await shop.run(["memory", "search", "car"] + file).output.result == "nothing was found\n")
      try await Self.serving(file, shop.state) { wire in
        wire.write(Array("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\"}\n".utf8))
        // The search's own, the first text's length, both records.
        _ = await server.requests.values(3)
        let put = #"{"jsonrpc":"2.0","id":2,"method":"put_memory","params":{"text":"a storm"}}"#
        wire.write(Array("\(put)\n".utf8))
        // Asked for only once the vectors before it are stored.
        _ = await server.requests.values(4)
      }
      let found = await shop.run(["memory", "search", "car"] + file).output.result
      #expect(found.split(separator: "\n").dropFirst().first == "  an automobile")
      let asked = server.requests.all
      #expect(asked.allSatisfy { $0.headers["authorization"] == "Bearer sk-of-vectors" })
      #expect(asked.allSatisfy { (try? JSONParser.parse($0.text))?["model"] == "small" })
    }
  }

  @Test func `While the provider does not answer, words find what they find, and that is told`() async throws {
    try await Workshop.use { shop in
      let server = try TestHTTPServer { $1.answer(500, "{\"error\":\"broken\"}") }
      let file = ["--config", try Self.configuration(shop, "openai", server)]
      _ = await shop.run(["memory", "put", "a car"] + file)
      let (exit, output) = await shop.run(["memory", "search", "car"] + file)
      #expect(exit == .success && output.result.hasSuffix("  a [car]\n"))
      #expect(output.note.contains("searched by words alone") && !output.note.contains("sk-of"))
    }
  }

  @Test func `A provider that makes no vectors, or is none, is refused with its place`() async throws {
    try await Workshop.use { shop in
      for (name, words) in [("far", "makes no vectors"), ("fr", "did you mean \"far\"?")] {
        let file = try shop.write(
          """
          models: { providers: { far: { kind: anthropic, model: m } } }
          memory: { embeddings: { provider: \(name), model: m } }
          """, to: "mine.yaml")
        let (exit, output) = await shop.run(["config", "check", "--config", file])
        #expect(exit != .success && (output.note + output.result).contains(words))
        #expect((output.note + output.result).contains("mine.yaml:2:35"))
      }
    }
  }
}
