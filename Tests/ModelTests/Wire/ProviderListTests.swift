import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRModels

struct ProviderListTests {
  @Test(
    arguments: [
      (.openai, "/models", "{\"data\":[{\"id\":\"a\"},{\"id\":\"b\",\"context_length\":4096}]}"),
      (.openaiResponses, "/models", "{\"data\":[{\"id\":\"a\"},{\"id\":\"b\",\"max_model_len\":4096}]}"),
      (
        .anthropic, "/v1/models?limit=1000",
        "{\"data\":[{\"type\":\"model\",\"id\":\"a\"},{\"id\":\"b\"}],\"has_more\":false}"
      ),
      (.ollama, "/api/tags", "{\"models\":[{\"name\":\"a\",\"size\":1},{\"model\":\"b\"}]}"),
    ] as [(ProviderSettings.Kind, String, String)])
  func `models are listed`(kind: ProviderSettings.Kind, path: String, body: String) async throws {
    let bench = try VendorBench(kind) { $1.answer(200, body) }
    #expect(try await bench.provider.models().map(\.id) == ["a", "b"])
    try await bench.provider.ping()
    #expect(bench.server.requests.all.map(\.path) == [path, path])
    #expect(bench.server.requests.all.first?.method == "GET")
  }

  @Test(arguments: ProviderSettings.Kind.allCases)
  func `what is no list is malformed, and a refused key is said`(kind: ProviderSettings.Kind) async throws {
    let odd = try VendorBench(kind) { $1.answer(200, "{\"hello\":1}") }
    let refused = try VendorBench(kind) { $1.answer(401, "{\"error\":\"no\"}") }
    for (bench, code) in [(odd, ModelError.Code.malformed), (refused, .auth)] {
      do {
        _ = try await bench.provider.models()
        Issue.record("it gave a list")
      } catch let error as ModelError {
        #expect(error.code == code)
      }
    }
  }

  @Test func `embeddings come in the order of the texts`() async throws {
    let openAI = try VendorBench(.openai) {
      $1.answer(
        200,
        "{\"model\":\"e\",\"data\":[{\"index\":1,\"embedding\":[3,4]},{\"index\":0,\"embedding\":[1,2.5]}],\"usage\":{\"prompt_tokens\":6}}"
      )
    }
    let ollama = try VendorBench(.ollama) {
      $1.answer(200, "{\"model\":\"e\",\"embeddings\":[[1,2.5],[3,4]],\"prompt_eval_count\":6}")
    }
    for (bench, path) in [(openAI, "/embeddings"), (ollama, "/api/embed")] {
      let found = try await bench.provider.embed(["one", "two"], model: "e")
      #expect(
        found == ModelEmbeddings(model: "e", vectors: [[1, 2.5], [3, 4]], usage: ModelUsage(inputTokens: 6)))
      let request = try #require(bench.server.requests.all.first)
      let body = try JSONParser.parse(request.body)
      #expect(request.path == path && body["input"] == ["one", "two"])
      #expect(try await bench.provider.embed([], model: "e").vectors == [])
      #expect(bench.server.requests.all.count == 1)
    }
  }

  @Test func `too few vectors are no answer, and Anthropic makes none`() async throws {
    let short = try VendorBench(.ollama) { $1.answer(200, "{\"embeddings\":[[1]]}") }
    let none = try VendorBench(.anthropic) { $1.answer(200, "{}") }
    for (bench, code) in [(short, ModelError.Code.malformed), (none, .unsupported)] {
      do {
        _ = try await bench.provider.embed(["one", "two"], model: nil)
        Issue.record("it gave vectors")
      } catch let error as ModelError {
        #expect(error.code == code)
      }
    }
    #expect(none.server.requests.all.isEmpty)
  }
}
