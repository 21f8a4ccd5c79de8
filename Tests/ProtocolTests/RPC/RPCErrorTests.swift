import SCRProtocol
import Testing

struct RPCErrorTests {
  @Test func `an error of ours carries its kind and what to do`() {
    let error = RPCError(
      .queueFull, "full", retryable: true, retryAfterMs: 500, taskID: "t", path: "params.plan", hint: "later")
    let text =
      #"{"code":1002,"message":"full","data":{"kind":"queue_full","retryable":true,"retryAfterMs":500,"#
      + #""taskId":"t","path":"params.plan","hint":"later"}}"#
    #expect(error.json.jsonText == text)
    #expect(RPCError(error.json) == error)
    #expect(error.kind == .queueFull)
  }

  @Test func `a malformed error of a peer becomes an internal one that quotes it`() {
    let error = RPCError(["code": "x"])
    #expect(error.kind == .internal)
    #expect(error.message == #"the peer sent a malformed error: {"code":"x"}"#)
  }

  @Test func `kinds have different names and codes`() {
    #expect(Set(ErrorKind.all.map(\.name)).count == ErrorKind.all.count)
    #expect(Set(ErrorKind.all.map(\.code)).count == ErrorKind.all.count)
    #expect(ErrorKind.named("invalid_plan") == .invalidPlan)
    #expect(ErrorKind.named("nonsense") == nil)
  }
}
