import MCPClient
import SCRProtocol
import Testing

struct EraProbeTests {
  @Test func `a result that lists a modern revision decides for it`() {
    let answer: JSONValue = ["supportedVersions": ["2025-11-25", "2026-07-28", "2099-01-01"]]
    #expect(EraProbe.decide(.result(answer)) == .modern(.july2026))
  }

  @Test(
    arguments: [
      [:], ["supportedVersions": []], ["supportedVersions": ["2025-11-25"]], ["supportedVersions": "2026-07-28"], nil,
      [],
    ] as [JSONValue])
  func `a result without one means initialize`(_ answer: JSONValue) {
    #expect(EraProbe.decide(.result(answer)) == .initialize(restart: false))
  }

  @Test func `the error for an unsupported version names those that are`() {
    let error = RPCError(code: -32022, message: "no", data: ["supported": ["2026-07-28"], "requested": "x"])
    #expect(EraProbe.decide(.error(error)) == .modern(.july2026))
  }

  @Test(arguments: [-32022, -32601, -32602, -32600, -32700, -32603, -32000, 0, 1, 404])
  func `any other error means initialize`(_ code: Int) {
    #expect(EraProbe.decide(.error(RPCError(code: code, message: "no"))) == .initialize(restart: false))
  }

  @Test func `a list of revisions in another error is not believed`() {
    let error = RPCError(code: -32602, message: "no", data: ["supported": ["2026-07-28"]])
    #expect(EraProbe.decide(.error(error)) == .initialize(restart: false))
  }

  @Test func `silence means a fresh start`() {
    #expect(EraProbe.decide(.silence) == .initialize(restart: true))
  }
}
