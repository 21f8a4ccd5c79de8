import SCRHTTP
import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRModels

/// Models that only complete texts, behind `/api/generate`.
struct OllamaCompletionTests {
  private static let stream = """
    {"model":"base","response":"four","done":false}
    {"model":"base","response":".","done":false}
    {"model":"base","response":"","done":true,"done_reason":"stop","prompt_eval_count":12,"eval_count":2}

    """

  private func bench(_ handler: @escaping TestHTTPServer.Handler) throws -> (TestHTTPServer, HTTPModelProvider) {
    let server = try TestHTTPServer(handler)
    var settings = try VendorBench.settings(.ollama, server.address)
    settings.completesTexts = true
    return (server, HTTPModelProvider(settings, client: HTTPClient()))
  }

  @Test func `a conversation goes out as one text, and the answer comes in pieces`() async throws {
    let (server, provider) = try bench { $1.stream(Self.stream, by: 9, type: "application/x-ndjson") }
    let request = ModelRequest(
      system: "Be brief.", messages: [.user("What is 2+2?"), .assistant("I ask back: in words?"), .user("Yes.")],
      maxOutputTokens: 9, stop: ["END"], purpose: ModelPurpose(role: "writer"))
    let response = try await provider.respond(to: request)
    #expect(response.text == "four." && response.usage == ModelUsage(inputTokens: 12, outputTokens: 2))
    let sent = try #require(server.requests.all.first)
    #expect(sent.path == "/api/generate")
    #expect(
      try JSONParser.parse(sent.body) == [
        "model": "m-0",
        "prompt":
          "Be brief.\n\nUser: What is 2+2?\n\nAssistant: I ask back: in words?\n\nUser: Yes.\n\nAssistant:",
        "raw": true, "stream": true, "options": ["num_ctx": 8192, "num_predict": 9, "stop": ["END", "\nUser:"]],
        "truncate": false, "shift": false,
      ])
  }

  @Test func `a single text goes out as it is, with its schema`() async throws {
    let (server, provider) = try bench { $1.stream(Self.stream, type: "application/x-ndjson") }
    let schema: JSONValue = ["type": "object"]
    _ = try await provider.respond(
      to: ModelRequest(
        messages: [.user("Once upon")], output: ModelOutput(name: "o", schema: schema),
        purpose: ModelPurpose(role: "writer")))
    let body = try JSONParser.parse(server.requests.all.first?.body ?? [])
    #expect(body["prompt"] == "Once upon" && body["format"] == schema && body["options"] == ["num_ctx": 8192])
  }

  @Test func `tools are refused before anything is sent, unless none may be called`() async throws {
    let (server, provider) = try bench { $1.stream(Self.stream, type: "application/x-ndjson") }
    do {
      _ = try await provider.respond(to: VendorSample.request)
      Issue.record("it answered")
    } catch let error as ModelError {
      #expect(error.code == .unsupported && error.message == "vendor: a model that only completes texts calls no tools")
      #expect(error.hint?.contains("chat") == true)
    }
    #expect(server.requests.all.isEmpty)
    var last = VendorSample.request
    last.toolChoice = .none
    #expect(try await provider.respond(to: last).text == "four.")
  }

  @Test func `a prompt that was cut is an error here as well`() async throws {
    let (server, provider) = try bench { $1.stream(Self.stream, type: "application/x-ndjson") }
    let long = ModelRequest(
      messages: [.user(String(repeating: "word ", count: 1000))], purpose: ModelPurpose(role: "writer"))
    await #expect {
      try await provider.respond(to: long)
    } throws: { ($0 as? ModelError)?.code == .contextTooLong }
    #expect(server.requests.all.count == 1)
  }

  @Test func `a model that knows no conversation is told how to be reached`() async throws {
    let bench = try VendorBench(.ollama) { $1.answer(400, "{\"error\":\"\\\"base\\\" does not support chat\"}") }
    let error = try #require(await bench.failure())
    #expect(error.code == .invalidRequest)
    #expect(error.hint == "it only completes texts: set models.providers.vendor.interface to generate")
  }
}
