import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRModels

struct ProviderConformanceTests {
  @Test(arguments: ModelProviderConformance.checks, VendorSample.all)
  func `a provider over the wire keeps the rules`(
    check: ModelProviderConformance.Check, sample: VendorSample
  ) async throws {
    let bench = try VendorBench(sample.kind) { $1.stream(sample.stream, by: 7, type: sample.type) }
    try await check.run(bench.provider)
  }

  @Test(arguments: ModelProviderConformance.checks)
  func `so do the scripted one and what surrounds another`(check: ModelProviderConformance.Check) async throws {
    let turn: JSONValue = ["role": "worker", "text": "let me see", "toolCalls": [["name": "t"], ["name": "u"]]]
    let script = try ModelScript(json: .array([turn, turn]))
    try await check.run(ScriptedProvider(name: "demo", script: script))
    let inner = ScriptedProvider(name: "inner", script: script)
    try await check.run(
      ModelGateway(ModelGateway.Line(inner, maxConcurrent: 1), traffic: ModelTraffic()))
  }
}
