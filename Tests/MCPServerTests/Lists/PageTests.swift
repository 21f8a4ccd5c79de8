import MCPServer
import SCRProtocol
import Testing

@Suite("Pages of lists")
struct PageTests {
  private func page(_ all: [String], after: String? = nil) -> ProviderPage<String> {
    ProviderPage(of: all, key: { $0 }, PageRequest(after: after, limit: 2), ttlMs: 7)
  }

  @Test("a page goes on behind the item that its cursor names")
  func order() {
    let first = page(["a", "b", "c", "d", "e"])
    #expect((first.items, first.next) == (["a", "b"], "b"))
    let second = page(["a", "b", "c", "d", "e"], after: "b")
    #expect((second.items, second.next) == (["c", "d"], "d"))
    let last = page(["a", "b", "c", "d", "e"], after: "d")
    #expect((last.items, last.next) == (["e"], nil))
  }

  @Test("items that come and go between two pages shift nothing")
  func changes() {
    #expect(page(["a", "aa", "b", "c"], after: "b").items == ["c"])
    #expect(page(["a", "c", "d"], after: "b").items == ["c", "d"])
    #expect(page(["a"], after: "b").items == [])
    #expect(page([], after: nil).next == nil)
  }

  @Test("a cursor holds any key; the empty one begins at the front")
  func cursors() throws {
    for key in ["a", "", "ä\u{1F600}/?\n", String(repeating: "k", count: 500)] {
      let cursor = ListCursor.cursor(after: key)
      let params = JSONSlice(["cursor": .string(cursor)])
      #expect(try ListCursor.page(params) == PageRequest(after: key))
    }
    #expect(try ListCursor.page(JSONSlice(["cursor": ""])) == PageRequest())
    #expect(try ListCursor.page(JSONSlice([:])) == PageRequest())
    #expect(try ListCursor.page(nil) == PageRequest())
  }

  @Test("a cursor that we did not make is refused", arguments: ["xyz", "YQ", "!", "YWZ0ZXI6YQ=", 7, true] as [JSONValue])
  func foreign(cursor: JSONValue) {
    #expect {
      _ = try ListCursor.page(JSONSlice(["cursor": cursor]))
    } throws: {
      ($0 as? RPCError)?.code == -32602
    }
  }
}
