import SCRProtocol
import SCRRuntime
import SCRTestSupport
import SCRTools
import Testing

/// Resources and prompts of a tool server, and how its changes are followed.
@Suite(.timeLimit(.minutes(3))) struct ServerContentTests {
  private let rig = ServerRig()

  private func registry(_ source: ToolServerSource) -> ToolRegistry {
    let registry = ToolRegistry(inlineTools: [])
    registry.add(source)
    return registry
  }

  @Test(arguments: [[], ["--legacy"]])
  func `they are offered once it is ready, and again when they change`(_ flags: [String]) async throws {
    let source = rig.source(rig.definition(["--content"] + flags))
    try await rig.live(source) {
      // Prompts, then resources with their templates, in whatever order.
      _ = await rig.contents.values(2)
      #expect(source.content.resources.map { $0["uri"] } == ["test://one", "test://two"])
      #expect(source.content.templates.map { $0["uriTemplate"] } == ["test://item/{id}"])
      #expect(source.content.prompts.map { $0["name"] } == ["prompt_1"])
      _ = try await source.call("touch")
      _ = await rig.contents.values(4)
      #expect(source.content.resources.map { $0["uri"] } == ["test://one", "test://two", "test://added/0"])
      #expect(source.content.prompts.map { $0["name"] } == ["prompt_1", "prompt_2"])
    }
    #expect(source.content.isEmpty)
  }

  @Test func `a client reads, gets and completes them through the registry under their names`() async throws {
    let source = rig.source(rig.definition(["--content"]))
    let content = registry(source).content
    try await rig.live(source) {
      _ = await rig.contents.values(2)
      let registry = registry(source)
      let content = registry.content
      #expect(content.catalogue.prompts.map(\.offered) == ["fake.prompt_1"])
      let read = try await content.read("test://item/7", ToolContext())
      #expect(read == ["contents": [["uri": "test://item/7", "text": "content of test://item/7"]]])
      let named = try await content.read("scr://server/fake/test://one", ToolContext())
      #expect(
        named == ["contents": [["uri": "scr://server/fake/test://one", "text": "content of test://one"]]])
      let prompt = try await content.prompt("fake.prompt_1", arguments: ["a": "b"], ToolContext())
      #expect(prompt["messages"]?.arrayValue?.first?["content"]?["text"] == #"{"a":"b"}"#)
      let completed = try await content.complete(
        ["ref": ["type": "ref/prompt", "name": "fake.prompt_1"], "argument": ["name": "a", "value": ""]],
        ToolContext())
      #expect(completed == ["completion": ["values": [#"{"type":"ref/prompt","name":"prompt_1"}"#]]])
      let gone = await #expect(throws: ToolError.self) {
        _ = try await source.readResource("test://gone", ToolContext())
      }
      #expect(gone?.kind == .notFound)
      #expect(gone?.message == "fake refused the resource test://gone: Resource not found")
    }
    #expect(content.catalogue.prompts == [])
  }

  @Test(arguments: [[], ["--legacy"]])
  func `who watches a resource hears of its changes, and no longer afterwards`(_ flags: [String]) async throws {
    let source = rig.source(rig.definition(["--content"] + flags))
    try await rig.live(source) {
      _ = await rig.contents.values(2)
      let updates = Signal<Void>()
      var watch = source.watchResource("test://one") { updates.fire() }
      let method = flags.isEmpty ? "subscriptions/listen" : "resources/subscribe"
      // The server has to know before it can tell.
      _ = try await source.call("await", ["method": .string(method), "count": flags.isEmpty ? 2 : 1])
      _ = try await source.call("touch")
      _ = await updates.values(1)
      #expect(watch != nil)
      watch = nil
    }
  }

  private func heard(_ source: ToolServerSource) async throws -> [String] {
    try await source.call("heard").text.split(separator: ", ").map(String.init)
  }

  @Test(arguments: [true, false])
  func `a subscription that ends is opened again, and what was missed is read`(_ gracefully: Bool) async throws {
    let source = rig.source(rig.definition())
    try await rig.live(source) {
      await rig.reached(.ready)
      _ = try await source.call("await", ["method": "subscriptions/listen"])
      _ = try await source.call("unlisten", ["gracefully": .bool(gracefully)])
      await rig.clock.waitForSleepers(within: .milliseconds(200))
      // Nobody is told of it.
      _ = try await source.call("grow")
      rig.clock.advance(by: .milliseconds(200))
      _ = await rig.changes.first { $0.toolCount == 14 }
      let heard = try await heard(source)
      #expect(heard.count { $0 == "subscriptions/listen" } == 2)
    }
  }

  @Test func `the next life of a server is subscribed to as well`() async throws {
    let source = rig.source(rig.definition())
    try await rig.live(source) {
      await rig.reached(.ready)
      _ = try? await source.call("die")
      await rig.reached(.restarting, restarts: 1)
      await rig.clock.waitForSleepers(within: .milliseconds(200))
      rig.clock.advance(by: .milliseconds(200))
      await rig.reached(.ready, restarts: 1)
      _ = try await source.call("await", ["method": "subscriptions/listen"])
      _ = try await source.call("grow")
      _ = await rig.changes.first { $0.toolCount == 14 && $0.restarts == 1 }
    }
  }

  @Test func `a server without subscriptions says so in its state`() async throws {
    let source = rig.source(rig.definition(["--no-listen"]))
    try await rig.live(source) {
      let status = await rig.changes.first { $0.reason != nil }
      #expect(status.state == .ready)
      #expect(status.reason == "it tells of no changes of its lists: Method not found (-32601)")
    }
  }

  @Test func `a changed list that cannot be read is tried again after a pause`() async throws {
    let source = rig.source(rig.definition(["--legacy", "--breaks-list"]))
    try await rig.live(source) {
      for pause in [200, 400, 800] {
        let before = rig.changes.all.count
        await rig.clock.waitForSleepers(within: .milliseconds(pause))
        rig.clock.advance(by: .milliseconds(Int64(pause)))
        _ = await rig.changes.values(before + 1)
      }
      let heard = try await heard(source)
      #expect(heard.count { $0 == "tools/list" } >= 4)
    }
  }

  @Test func `tools that cannot be offered are told with the reason`() async throws {
    let source = rig.source(rig.definition(["--odd"]))
    try await rig.live(source) {
      let ready = await rig.reached(.ready)
      #expect(
        ready.leftOut == [
          "listing: its input schema is not one of an object", "bare: it has no input schema",
          "(nameless): it has no name",
        ])
    }
  }
}
