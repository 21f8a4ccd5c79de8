import SCRProtocol
import Testing

struct RequestMetaTests {
  private static func outline(_ meta: JSONValue?) -> [JSONValue?] {
    let meta = RequestMeta(meta.map { JSONSlice($0) })
    return [
      meta.protocolVersion.map { .string($0) }, try? meta.clientCapabilities?.value(), try? meta.progressToken?.value(),
    ]
  }

  @Test func `what a modern request says of itself is read`() {
    let meta: JSONValue = [
      "other": 1, "io.modelcontextprotocol/clientCapabilities": ["a": [:]], "progressToken": 7,
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    ]
    #expect(Self.outline(meta) == ["2026-07-28", ["a": [:]], 7])
  }

  @Test func `what is missing or of another type is nil`() {
    #expect(Self.outline(nil) == [nil, nil, nil])
    #expect(Self.outline([:]) == [nil, nil, nil])
    #expect(Self.outline("2026-07-28") == [nil, nil, nil])
    #expect(Self.outline(["io.modelcontextprotocol/protocolVersion": 3, "progressToken": "t"]) == [nil, nil, "t"])
  }

  @Test func `ours is read as it was written`() {
    let client = Implementation(name: "scr", title: "SCR", version: "1")
    let meta = RequestMeta.json(
      client: client, capabilities: ["roots": [:]], progressToken: .string("p"),
      extra: ["dev.scr/idempotencyKey": "k"])
    #expect(
      meta == [
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": ["name": "scr", "title": "SCR", "version": "1"],
        "io.modelcontextprotocol/clientCapabilities": ["roots": [:]], "progressToken": "p",
        "dev.scr/idempotencyKey": "k",
      ])
    #expect(Self.outline(meta) == ["2026-07-28", ["roots": [:]], "p"])
    let bare = RequestMeta.json(client: client, capabilities: [:], progressToken: nil)
    #expect(bare["progressToken"] == nil)
  }
}
