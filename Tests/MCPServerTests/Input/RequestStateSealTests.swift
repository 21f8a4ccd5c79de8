import MCPServer
import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("Request state")
struct RequestStateSealTests {
  private let clock = ManualClock()
  private func seal(_ key: UInt8 = 1) -> RequestStateSeal {
    RequestStateSeal(
      key: HMACSHA256(key: Array(repeating: key, count: 32)), now: { [clock] in clock.now().milliseconds },
      lifetime: .seconds(60))
  }

  private func error(_ body: () throws -> RequestStateSeal.Content) -> String? {
    do {
      _ = try body()
      return nil
    } catch { return (error as? RPCError)?.message }
  }

  @Test("what was closed is opened for the same request, and by any server with the key")
  func roundTrip() throws {
    let digest = RequestStateSeal.digest(method: "tools/call", subject: "t", arguments: ["a": 1, "b": 2])
    #expect(digest == RequestStateSeal.digest(method: "tools/call", subject: "t", arguments: ["b": 2, "a": 1]))
    for content: RequestStateSeal.Content in [.call(7), .state(["step": 1]), .state(nil)] {
      #expect(try seal().open(seal().close(content, for: digest), for: digest) == content)
    }
  }

  @Test("it opens for no other request, with no other key, and not for ever")
  func refusals() {
    let digest = RequestStateSeal.digest(method: "tools/call", subject: "t", arguments: nil)
    let blob = seal().close(.call(1), for: digest)
    let foreign = "the \"requestState\" was not made by this server for this request"
    for other in [
      RequestStateSeal.digest(method: "prompts/get", subject: "t", arguments: nil),
      RequestStateSeal.digest(method: "tools/call", subject: "u", arguments: nil),
      RequestStateSeal.digest(method: "tools/call", subject: "t", arguments: ["a": 1]),
    ] {
      #expect(error { try seal().open(blob, for: other) } == foreign)
    }
    #expect(error { try seal(2).open(blob, for: digest) } == foreign)
    clock.advance(by: .seconds(60))
    #expect(error { try seal().open(blob, for: digest) } == "the \"requestState\" is too old")
  }
}
