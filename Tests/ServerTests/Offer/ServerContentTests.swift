import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Synchronization
import Testing

@Suite("Resources and prompts of tool servers, offered again", .timeLimit(.minutes(1)))
struct ServerContentTests {
  private static let page: JSONObject = ["uri": "doc://one", "name": "one", "mimeType": "text/plain"]

  private static func source(_ name: String) -> Library {
    Library(
      name,
      SourceContent(
        resources: [page], templates: [["uriTemplate": "doc://{id}", "name": "doc"]],
        prompts: [["name": "greet", "arguments": [["name": "who", "required": true]]]]))
  }

  @Test("a server's resources follow our own, and are read from it")
  func resources() async throws {
    let library = Self.source("library")
    try await ServerFixture.serve(sources: [library], isRunning: false) { fixture in
      let uris = try await fixture.resourceURIs()
      #expect(uris == ["scr://events", "scr://status", "doc://one"])
      let read = await fixture.ask("resources/read", ServerFixture.modern(["uri": "doc://one"]), id: 3)["result"]
      #expect(
        read?["contents"] == [["uri": "doc://one", "mimeType": "text/plain", "text": "library has doc://one"]])
      let missing = await fixture.ask("resources/read", ServerFixture.modern(["uri": "else://one"]), id: 4)["error"]
      #expect(missing?["code"] == -32602 && missing?["data"]?["uri"] == "else://one")
    }
  }

  @Test("where two servers have the same address, it names its server")
  func shared() async throws {
    try await ServerFixture.serve(sources: [Self.source("library"), Self.source("archive")], isRunning: false) {
      fixture in
      let entries = fixture.runtime.registry.content.catalogue.resources
      let address = try #require(entries.first { $0.server == "archive" }?.offered)
      #expect(address.hasPrefix("scr://server/archive/"))
      let read = await fixture.ask("resources/read", ServerFixture.modern(["uri": .string(address)]), id: 3)["result"]
      #expect(read?["contents"]?.arrayValue?.first?["text"] == "archive has doc://one")
      #expect(read?["contents"]?.arrayValue?.first?["uri"] == .string(address))
    }
  }

  @Test("prompts are named after their server, and arguments completed by it")
  func prompts() async throws {
    try await ServerFixture.serve(sources: [Self.source("library")], isRunning: false) { fixture in
      let list = await fixture.ask("prompts/list", ServerFixture.modern([:]), id: 2)["result"]?["prompts"]?.arrayValue
      #expect(list?.compactMap { $0["name"]?.stringValue }.contains("library.greet") == true)
      let got = await fixture.ask(
        "prompts/get", ServerFixture.modern(["name": "library.greet", "arguments": ["who": "Ada"]]), id: 3)["result"]
      #expect(got?["messages"] == [["role": "user", "content": ["type": "text", "text": "greet Ada"]]])
      let completed = await fixture.ask(
        "completion/complete",
        ServerFixture.modern([
          "ref": ["type": "ref/prompt", "name": "library.greet"], "argument": ["name": "who", "value": "A"],
        ]), id: 4)["result"]
      #expect(completed?["completion"]?["values"] == ["Ada", "A"])
    }
  }

  @Test("who listens is told when a server's lists or resources change")
  func changes() async throws {
    let library = Self.source("library")
    try await ServerFixture.serve(sources: [library], isRunning: false) { fixture in
      fixture.send(
        "subscriptions/listen",
        ServerFixture.modern([
          "notifications": [
            "promptsListChanged": true, "resourcesListChanged": true, "resourceSubscriptions": ["doc://one"],
          ]
        ]), id: "s")
      _ = await fixture.notification("notifications/subscriptions/acknowledged")
      library.touch("doc://one")
      #expect(await fixture.notification("notifications/resources/updated")["params"]?["uri"] == "doc://one")
      library.content = SourceContent()
      fixture.runtime.registry.contentChanged()
      _ = await fixture.notification("notifications/prompts/list_changed")
      _ = await fixture.notification("notifications/resources/list_changed")
    }
  }
}

/// A tool server without tools.
private final class Library: ContentSource {
  private struct State {
    var content: SourceContent
    var watchers: [Int: (uri: String, onUpdate: @Sendable () -> Void)] = [:]
    var nextID = 0
  }

  let serverName: String?
  private let state: Mutex<State>
  let tools: [ToolDescriptor] = []
  let status = ToolServerStatus(state: .ready)

  init(_ name: String, _ content: SourceContent) {
    serverName = name
    state = Mutex(State(content: content))
  }

  var content: SourceContent {
    get { state.withLock(\.content) }
    set { state.withLock { $0.content = newValue } }
  }

  func settle() async {}
  func call(_ call: ToolCall) async throws -> ToolResult { throw ToolError(.notFound, "it has no tools") }

  func readResource(_ uri: String, _ context: ToolContext) async throws -> JSONValue {
    guard uri.hasPrefix("doc://") else { throw ToolError(.notFound, "there is no \(uri)") }
    return [
      "contents": [
        ["uri": .string(uri), "mimeType": "text/plain", "text": .string("\(serverName ?? "") has \(uri)")]
      ]
    ]
  }

  func prompt(_ name: String, arguments: JSONObject, _ context: ToolContext) async throws -> JSONValue {
    let text = "\(name) \(arguments["who"]?.stringValue ?? "")"
    return ["messages": [["role": "user", "content": ["type": "text", "text": .string(text)]]]]
  }

  func complete(_ params: JSONObject, _ context: ToolContext) async throws -> JSONValue {
    ["completion": ["values": ["Ada", params["argument"]?["value"] ?? .null]]]
  }

  func watchResource(_ uri: String, _ onUpdate: @escaping @Sendable () -> Void) -> ToolListObservation? {
    let id = state.withLock { state in
      state.nextID += 1
      state.watchers[state.nextID] = (uri, onUpdate)
      return state.nextID
    }
    return ToolListObservation { [weak self] in self?.state.withLock { $0.watchers[id] = nil } }
  }

  func touch(_ uri: String) {
    for watcher in state.withLock({ $0.watchers.values.filter { $0.uri == uri } }) { watcher.onUpdate() }
  }
}
