import SCRProtocol
import Testing

@Suite("Content for older revisions")
struct ContentBlockTests {
  private static let link: JSONValue = [
    "type": "resource_link", "uri": "file:///a", "name": "a", "icons": [["src": "data:,"]], "_meta": ["k": 1],
  ]
  private static let text: JSONValue = [
    "type": "text", "text": "t", "annotations": ["priority": 1, "lastModified": "2026-01-01"], "_meta": ["k": 1],
  ]

  @Test("members and kinds that a revision lacks are left out or become text")
  func downgrade() {
    for revision in [ProtocolRevision.november2025, .july2026] {
      #expect(ContentBlock.downgrade(Self.link, to: revision) == Self.link)
    }
    #expect(
      ContentBlock.downgrade(Self.link, to: .june2025)
        == ["type": "resource_link", "uri": "file:///a", "name": "a", "_meta": ["k": 1]])
    #expect(ContentBlock.downgrade(Self.link, to: .march2025) == ["type": "text", "text": "file:///a"])
    #expect(ContentBlock.downgrade(Self.text, to: .june2025) == Self.text)
    #expect(
      ContentBlock.downgrade(Self.text, to: .november2024)
        == ["type": "text", "text": "t", "annotations": ["priority": 1]])
    let audio = ContentBlock.audio("AA==", mimeType: "audio/wav")
    #expect(ContentBlock.downgrade(audio, to: .march2025) == audio)
    #expect(ContentBlock.downgrade(audio, to: .november2024) == ["type": "text", "text": "[audio content]"])
    let resource = ContentBlock.resource(ResourceContents(uri: "a:b", .text("x"), meta: ["k": 1]))
    #expect(
      ContentBlock.downgrade(resource, to: .march2025)
        == ["type": "resource", "resource": ["uri": "a:b", "text": "x"]])
  }
}
