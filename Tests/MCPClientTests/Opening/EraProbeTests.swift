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

  @Test(arguments: [["2099-01-01"], ["2099-01-01", "2098-01-01"]] as [JSONValue])
  func `a modern server that offers only unknown revisions is refused by name`(_ versions: JSONValue) {
    let names = (versions.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", ")
    let refusal = EraProbe.Decision.refused(
      "it offers the protocol versions \(names), none of which is supported")
    #expect(EraProbe.decide(.result(["supportedVersions": versions])) == refusal)
    let error = RPCError(code: -32022, message: "no", data: ["supported": versions])
    #expect(EraProbe.decide(.error(error)) == refusal)
  }

  @Test func `an unsupported version beside a legacy one means initialize`() {
    let error = RPCError(code: -32022, message: "no", data: ["supported": ["2025-11-25", "2099-01-01"]])
    #expect(EraProbe.decide(.error(error)) == .initialize(restart: false))
  }

  @Test func `a capability that we lack is refused, and named`() {
    let error = RPCError(code: -32021, message: "no", data: ["requiredCapabilities": ["sampling": [:]]])
    #expect(
      EraProbe.decide(.error(error))
        == .refused(#"it serves only clients with capabilities that this one lacks: {"sampling":{}}"#))
    #expect(
      EraProbe.decide(.error(RPCError(code: -32021, message: "sampling, please")))
        == .refused("it serves only clients with capabilities that this one lacks; it says: sampling, please"))
  }

  @Test func `silence means a fresh start`() {
    #expect(EraProbe.decide(.silence) == .initialize(restart: true))
  }
}
