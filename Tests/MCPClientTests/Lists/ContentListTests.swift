import MCPClient
import SCRProtocol
import SCRTestSupport
import Testing

/// What a server lists, tools and the rest.
@Suite(.timeLimit(.minutes(3))) struct ContentListTests {
  let servers = Servers()

  @Test(arguments: [[], ["--legacy"]])
  func `resources, templates and prompts are listed whole, read and got`(_ flags: [String]) async throws {
    let server = try await servers.start(flags: ["--content"] + flags)
    _ = try await server.call("touch")
    let resources = try await server.session.listResources(timeout: .seconds(60))
    #expect(resources.map { $0["uri"] } == ["test://one", "test://two", "test://added/0"])
    #expect(
      try await server.session.listResourceTemplates(timeout: .seconds(60)).map { $0["uriTemplate"] }
        == ["test://item/{id}"])
    #expect(try await server.session.listPrompts(timeout: .seconds(60)).map { $0["name"] } == ["prompt_1", "prompt_2"])
    let read = try await server.read("test://item/7", CallOptions(timeout: nil))
    #expect(read["contents"] == [["uri": "test://item/7", "text": "content of test://item/7"]])
    let prompt = try await server.prompt("prompt_1", arguments: ["a": "b"], CallOptions(timeout: nil))
    #expect(prompt["messages"] == [["role": "user", "content": ["type": "text", "text": #"{"a":"b"}"#]]])
    await server.stop()
  }

  @Test func `a server that offers neither is not asked`() async throws {
    let server = try await servers.start("--quiet")
    #expect(try await server.session.listResources(timeout: .seconds(60)) == [])
    #expect(try await server.session.listPrompts(timeout: .seconds(60)) == [])
    #expect(try await server.heard() == ["server/discover", "tools/list", "tools/call"])
    await server.stop()
  }

  @Test func `tools that nobody can use are left out with the reason`() async throws {
    let server = try await servers.start("--odd")
    #expect(server.tools.count == 13)
    #expect(
      server.listing.leftOut.map(\.description) == [
        "listing: its input schema is not one of an object", "bare: it has no input schema",
        "(nameless): it has no name",
      ])
    await server.stop()
  }

  @Test func `an answer that is too large ends its call although its id comes last`() async throws {
    let server = try await servers.start("--quiet")
    let error = await #expect(throws: MCPClientError.self) { try await server.call("swell") }
    #expect(error?.code == .tooLarge)
    #expect(try await server.call("echo").isError == false)
    await server.stop()
  }
}
