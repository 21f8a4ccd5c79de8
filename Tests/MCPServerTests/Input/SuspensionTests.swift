import MCPServer
import SCRConnection
import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Synchronization
import Testing

/// A tool that asks and tells how its waiting ended.
private final class AskingTools: ToolProvider {
  let ends = Signal<String>()
  let requests: [[String: InputRequest]]

  init(_ requests: [[String: InputRequest]] = [["q": .form("?", schema: ["type": "object", "properties": [:]])]]) {
    self.requests = requests
  }

  func listTools() async -> ToolListing { ToolListing(tools: [], ttlMs: 0) }

  func call(_ call: IncomingToolCall) async throws -> CallToolResult {
    do {
      let texts = try await withThrowingTaskGroup(of: String.self) { group in
        for request in requests {
          group.addTask { try await call.context.client.ask(request).keys.sorted().joined() }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      ends.fire("answered")
      return CallToolResult(text: texts.sorted().joined(separator: ","))
    } catch {
      ends.fire("\(error)")
      throw error
    }
  }
}

@Suite("Calls whose client is away", .timeLimit(.minutes(1)))
struct SuspensionTests {
  private final class Peer {
    let tools: AskingTools
    let clock = ManualClock()
    let client: WireClient

    init(_ tools: AskingTools = AskingTools(), limits: ServerLimits = ServerLimits()) {
      self.tools = tools
      client = WireClient(
        MCPServerHandler(
          identity: ServerIdentity(implementation: Implementation(name: "s", version: "1")),
          offer: ServerOffer(tools: tools), limits: limits,
          clock: ServerClock(
            now: { [clock] in clock.now().milliseconds }, sleep: { [clock] in try await clock.sleep(for: $0) })))
    }

    static let meta =
      #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}}"#

    func call(_ id: Int, _ more: String = "") async -> JSONValue {
      await client.ask(
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"t",\#(more)\#(Self.meta)}}"#)
    }

    func retry(_ id: Int, _ state: JSONValue?, _ responses: String) async -> JSONValue {
      await call(id, #""requestState":\#((state ?? .null).jsonText),"inputResponses":\#(responses),"#)
    }
  }

  private static let accept = #"{"q":{"action":"accept","content":{}}}"#

  @Test("a client that does not come back in time finds its call ended, and the tool was told")
  func expiry() async throws {
    let peer = Peer()
    let state = await peer.call(1)["result"]?["requestState"]
    await peer.clock.waitForSleepers()
    peer.clock.advance(by: .seconds(599))
    #expect(peer.tools.ends.all == [])
    peer.clock.advance(by: .seconds(1))
    #expect(await peer.tools.ends.values(1) == ["expired"])
    let answer = await peer.retry(2, state, Self.accept)
    #expect(answer["error"]?["code"] == -32602)
    #expect(answer["error"]?["message"] == "the \"requestState\" is too old")
  }

  @Test("of too many calls that wait the oldest ends, and says so when its client comes back")
  func eviction() async throws {
    var limits = ServerLimits()
    limits.suspendedCalls = 2
    let peer = Peer(limits: limits)
    let states = [await peer.call(1), await peer.call(2), await peer.call(3)].map { $0["result"]?["requestState"] }
    #expect(await peer.tools.ends.values(1) == ["evicted"])
    #expect(await peer.retry(4, states[0], Self.accept)["error"]?["code"] == -32602)
    #expect(await peer.retry(5, states[1], Self.accept)["result"]?["resultType"] == "complete")
    #expect(await peer.retry(6, states[2], Self.accept)["result"]?["resultType"] == "complete")
  }

  @Test("the end of input ends what waits")
  func disconnected() async throws {
    let peer = Peer()
    _ = await peer.call(1)
    peer.client.connection.endOfInput()
    let ends = await peer.tools.ends.values(1)
    #expect(ends == ["disconnected"])
    await peer.client.connection.drained()
    #expect(peer.client.allFrames.count == 1)
  }

  @Test("cancelling the request that the client came back with ends the call, and nothing more is sent")
  func cancel() async throws {
    let peer = Peer(
      AskingTools([
        ["q": .form("?", schema: ["type": "object", "properties": [:]])],
        ["r": .form("?", schema: ["type": "object", "properties": [:]])],
      ]))
    let first = await peer.call(1)["result"]
    let key = first?["inputRequests"]?.objectValue?.keys.first { _ in true } ?? ""
    let second = await peer.retry(2, first?["requestState"], #"{"\#(key)":{"action":"decline"}}"#)["result"]
    #expect(second?["resultType"] == "input_required")
    #expect(second?["inputRequests"]?[key] == nil)
    // Its request was answered: there is nothing to cancel any more, and the call goes on.
    peer.client.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}"#)
    let other = key == "q" ? "r" : "q"
    let third = await peer.retry(3, second?["requestState"], #"{"\#(other)":{"action":"cancel"}}"#)
    #expect(third["result"]?["content"] == [["type": "text", "text": "q,r"]])
  }

  @Test("some of the answers are kept, and only the others are asked for again")
  func partial() async throws {
    let form = InputRequest.form("?", schema: ["type": "object", "properties": [:]])
    let peer = Peer(AskingTools([["a": form, "b": form]]))
    let first = await peer.call(1)["result"]
    let second = await peer.retry(2, first?["requestState"], #"{"a":{"action":"accept"}}"#)["result"]
    #expect(second?["inputRequests"]?.objectValue?.keys.sorted() == ["b"])
    let third = await peer.retry(3, second?["requestState"], #"{"b":{"action":"accept"}}"#)
    #expect(third["result"]?["content"] == [["type": "text", "text": "ab"]])
  }
}
