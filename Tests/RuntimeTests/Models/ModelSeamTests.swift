import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

struct ModelSeamTests {
  @Test(
    arguments: [
      ("{\"a\": 1}", ["a": 1], nil), ("", [:], nil), (" \n", [:], nil), ("\"{\\\"a\\\": 1}\"", ["a": 1], nil),
      ("{\"a\": ", [:], "{\"a\": "), ("[1]", [:], "[1]"), ("null", [:], "null"),
    ] as [(String, JSONObject, String?)])
  func `arguments are read as models write them, and what is no object is kept as it is`(
    text: String, arguments: JSONObject, malformed: String?
  ) {
    let call = ModelToolCall(id: "1", name: "t", argumentsText: text)
    #expect(call == ModelToolCall(id: "1", name: "t", arguments: arguments, malformed: malformed))
  }

  @Test func `the default is the named one, else the only one`() throws {
    let one = ScriptedProvider(name: "one", script: ModelScript(turns: []))
    let two = ScriptedProvider(name: "two", script: ModelScript(turns: []))
    #expect(try ModelRegistry([one]).provider().name == "one")
    #expect(try ModelRegistry([one, two], defaultName: "two").provider().name == "two")
    #expect(try ModelRegistry([one, two]).provider("one").name == "one")
    for (registry, name, message) in [
      (ModelRegistry.none, nil, "no model is configured"),
      (ModelRegistry([one, two]), nil, "none of the model providers is the default"),
      (ModelRegistry([one, two]), "too", "there is no model provider \"too\""),
    ] as [(ModelRegistry, String?, String)] {
      #expect {
        try registry.provider(name)
      } throws: { error in
        (error as? ModelError)?.message == message && (error as? ModelError)?.code == .notConfigured
      }
    }
  }

  @Test func `an answer without an end is no answer`() async throws {
    struct Endless: ModelProvider {
      let profile = ModelProfile(name: "endless", kind: "test")
      func generate(
        _ request: ModelRequest, onEvent: @Sendable (ModelEvent) async throws -> Void
      ) async throws {
        try await onEvent(.text("and then"))
      }
    }
    let request = ModelRequest(messages: [.user("go")], purpose: ModelPurpose(role: "worker"))
    #expect(await failure { try await Endless().respond(to: request) }?.code == .malformed)
  }

  @Test func `a wrong key or request never fails over, what another may do better does`() {
    let codes: [ModelError.Code] = [
      .connection, .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout, .rateLimited, .quota, .overloaded,
      .server, .cut, .circuitOpen, .busy, .auth, .unknownModel, .invalidRequest, .contextTooLong, .refused,
      .outputInvalid, .tooLarge, .unsupported, .scriptExhausted, .notConfigured,
    ]
    #expect(codes.filter { ModelError($0, "x").allowsFailover } == Array(codes.prefix(12)))
    #expect(codes.filter { ModelError($0, "x").isRetryable } == Array(codes.prefix(12)).filter { $0 != .quota })
  }

  @Test func `usage adds up without overflow, and cost only where there is one`() {
    let some = ModelUsage(inputTokens: 1, outputTokens: 2, cachedTokens: 3, costMicros: 4)
    #expect((some + ModelUsage(inputTokens: .max)).inputTokens == .max)
    #expect((some + ModelUsage()).costMicros == 4 && (ModelUsage() + some).costMicros == 4)
    #expect((ModelUsage() + ModelUsage()).costMicros == nil)
    #expect(some.charge == Usage(tokens: 3, costMicros: 4))
  }
}
