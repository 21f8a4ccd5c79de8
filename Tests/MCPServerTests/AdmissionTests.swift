import MCPServer
import SCRProtocol
import Testing

struct AdmissionTests {
  private static let version: JSONField = JSONField(
    key: "io.modelcontextprotocol/protocolVersion", value: "2026-07-28")
  private static let capabilities = JSONField(key: "io.modelcontextprotocol/clientCapabilities", value: [:])
  private static let modern: JSONValue = .object(JSONObject([version, capabilities]))

  /// Who gets what: the era's name, or the refusal's code.
  private static func decide(
    _ method: String, _ meta: JSONValue? = nil, after initialized: ProtocolRevision? = nil
  ) -> String {
    var admission = Admission { $0 == "submit_task" || $0 == "tools/call" }
    if let initialized { admission.initialized(initialized) }
    switch admission.decide(method, RequestMeta(meta.map { JSONSlice($0) })) {
    case .serve(.modern(let revision)): return "modern \(revision.rawValue)"
    case .serve(.legacy(let revision)): return "legacy \(revision.rawValue)"
    case .serve(.native): return "native"
    case .refuse(let error): return "\(error.code)"
    }
  }

  @Test(arguments: [
    ("tools/list", "modern 2026-07-28"), ("tools/call", "modern 2026-07-28"), ("server/discover", "modern 2026-07-28"),
    ("submit_task", "modern 2026-07-28"), ("made/up", "modern 2026-07-28"), ("initialize", "-32601"),
    ("ping", "-32601"), ("logging/setLevel", "-32601"), ("resources/subscribe", "-32601"),
    ("resources/unsubscribe", "-32601"),
  ])
  func `a request that names its version is modern, before initialize and after it`(method: String, answer: String) {
    #expect(Self.decide(method, Self.modern) == answer)
    #expect(Self.decide(method, Self.modern, after: .june2025) == answer)
  }

  @Test(arguments: [
    ("initialize", "legacy 2025-11-25"), ("ping", "legacy 2025-11-25"), ("submit_task", "native"),
    ("tools/call", "native"), ("tools/list", "-32602"), ("server/discover", "-32602"), ("made/up", "-32601"),
  ])
  func `without a version, before initialize, only what is native or opens a legacy session is served`(
    method: String, answer: String
  ) {
    #expect(Self.decide(method) == answer)
    #expect(Self.decide(method, [:]) == answer)
  }

  @Test(arguments: [
    ("initialize", "legacy 2025-03-26"), ("ping", "legacy 2025-03-26"), ("submit_task", "native"),
    ("tools/list", "legacy 2025-03-26"), ("server/discover", "legacy 2025-03-26"), ("made/up", "legacy 2025-03-26"),
  ])
  func `after initialize everything else is of the revision agreed on`(method: String, answer: String) {
    #expect(Self.decide(method, after: .march2025) == answer)
  }

  @Test(arguments: ["2025-11-25", "2026-07-29", ""])
  func `another version is refused, whatever was agreed on before`(version: String) {
    let meta: JSONValue = [
      "io.modelcontextprotocol/protocolVersion": .string(version), "io.modelcontextprotocol/clientCapabilities": [:],
    ]
    #expect(Self.decide("tools/list", meta, after: .november2025) == "-32022")
  }

  @Test func `a version without capabilities is refused with the name of what lacks`() {
    for meta in [[Self.version], [Self.version, JSONField(key: Self.capabilities.key, value: [1])]] {
      let meta = RequestMeta(JSONSlice(.object(JSONObject(meta))))
      guard case .refuse(let error) = Admission(isNative: { _ in false }).decide("tools/list", meta) else {
        Issue.record("it was served")
        return
      }
      #expect(error.code == -32602)
      #expect(error.message == "params._meta lacks \"io.modelcontextprotocol/clientCapabilities\"")
      #expect(error.data?["missing"] == ["io.modelcontextprotocol/clientCapabilities"])
    }
  }

  @Test func `an endless name is quoted in part`() {
    let error = Admission.unknown(String(repeating: "m", count: 1000))
    #expect(error.message == "unknown method \"\(String(repeating: "m", count: 200))\"")
  }
}
