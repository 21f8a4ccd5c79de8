import SCRProtocol
import SCRRuntime
import Testing

/// The names under which resources and prompts of tool servers are offered again.
@Suite struct ContentCatalogueTests {
  private static func content(_ uris: [String], templates: [String] = [], prompts: [String] = []) -> SourceContent {
    SourceContent(
      resources: uris.map { ["uri": .string($0), "name": "r"] },
      templates: templates.map { ["uriTemplate": .string($0), "name": "t"] },
      prompts: prompts.map { ["name": .string($0), "title": "P"] })
  }

  private let catalogue = ContentCatalogue([
    ("git", Self.content(["repo://main", "file:///a?b"], templates: ["repo://{branch}/log"], prompts: ["review"])),
    ("fs", Self.content(["file:///a?b", "file:///c"], templates: ["file:///{+path}"], prompts: ["review", "tidy"])),
  ])

  @Test func `an address stays as it is unless two servers have it`() {
    #expect(
      catalogue.resources.map(\.offered) == [
        "file:///c", "repo://main", "scr://server/fs/file:///a%3Fb", "scr://server/git/file:///a%3Fb",
      ])
    #expect(catalogue.resources.map { $0.fields["uri"]?.stringValue } == catalogue.resources.map(\.offered))
    #expect(catalogue.resources.map { $0.fields["name"] } == ["r", "r", "r", "r"])
  }

  @Test func `prompts are named by their server`() {
    #expect(catalogue.prompts.map(\.offered) == ["fs.review", "fs.tidy", "git.review"])
    #expect(catalogue.prompts[0].fields == ["name": "fs.review", "title": "P"])
  }

  @Test(arguments: [
    ("repo://main", "git", "repo://main"), ("scr://server/fs/file:///a%3Fb", "fs", "file:///a?b"),
    ("scr://server/fs/any://thing", "fs", "any://thing"), ("repo://dev/log", "git", "repo://dev/log"),
    ("file:///deep/er", "fs", "file:///deep/er"),
  ])
  func `an address leads to its server`(_ uri: String, _ server: String, _ own: String) throws {
    let found = try catalogue.route(uri)
    #expect(found.server == server)
    #expect(found.uri == own)
  }

  @Test func `an address of two servers, and one of none, are refused with what to do`() {
    let shared = #expect(throws: ToolError.self) { try catalogue.route("file:///a?b") }
    #expect(shared?.message == "several tool servers have the resource file:///a?b")
    #expect(shared?.hint == "read scr://server/fs/file:///a%3Fb, or the same of git")
    let none = #expect(throws: ToolError.self) { try catalogue.route("nothing://here") }
    #expect(none?.kind == .notFound)
    let prompt = #expect(throws: ToolError.self) { try catalogue.prompt("fs.reviev") }
    #expect(prompt?.hint == "did you mean \"fs.review\"?")
  }

  @Test(arguments: ["ä ö", "a/b", "100%", "x?y#z"])
  func `a qualified address gives back what it was made of`(_ uri: String) {
    let qualified = ContentAddress.qualified(uri, server: "my server")
    #expect(ContentAddress.parse(qualified)?.server == "my server")
    #expect(ContentAddress.parse(qualified)?.uri == uri)
    #expect(qualified.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
  }

  @Test(arguments: ["repo://main", "scr://server/", "scr://server/a", "scr://server/a/", "scr://server/a/%zz"])
  func `what names no server is none of them`(_ uri: String) { #expect(ContentAddress.parse(uri) == nil) }

  @Test(arguments: [
    ("test://item/7", "test://item/{id}", true), ("test://item/7/8", "test://item/{id}", false),
    ("test://item/", "test://item/{id}", false), ("test://7/a", "test://{id}/a", true),
    ("file:///a/b", "file:///{+path}", true), ("a-b-c", "{x}-{y}", true), ("plain", "plain", true),
    ("plain2", "plain", false), ("a{b", "a{b", true),
  ])
  func `an address fits a template where its literal parts do`(_ uri: String, _ template: String, _ fits: Bool) {
    #expect(ContentAddress.matches(uri, template: template) == fits)
  }
}
