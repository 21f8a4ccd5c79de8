import SCRProtocol
import Testing

@testable import MCPServer

struct ToolPageTests {
  private static func tools(_ numbers: some Sequence<Int>) -> [MCPTool] {
    numbers.map { MCPTool(name: "tool\(1000 + $0)", inputSchema: [:]) }
  }

  private static func names(_ page: ToolPage) -> [String] { page.tools.map(\.name) }

  @Test func `pages follow one another without a gap or a double, and the last has no cursor`() throws {
    let all = Self.tools(0..<250)
    var cursor: String?
    var sizes: [Int] = []
    var names: [String] = []
    repeat {
      let page = try ToolPage(of: all, after: cursor)
      sizes.append(page.tools.count)
      names += Self.names(page)
      cursor = page.nextCursor
    } while cursor != nil
    #expect(sizes == [100, 100, 50])
    #expect(names == all.map(\.name))
  }

  @Test func `a list that fills its pages exactly has no empty page`() throws {
    let all = Self.tools(0..<200)
    let first = try ToolPage(of: all, after: "")
    #expect(try ToolPage(of: all, after: first.nextCursor).nextCursor == nil)
    #expect(try ToolPage(of: [], after: nil).nextCursor == nil)
  }

  @Test func `a cursor stays good while tools come and go`() throws {
    let first = try ToolPage(of: Self.tools(0..<150), after: nil)
    let without = try ToolPage(of: Self.tools((0..<150).filter { $0 != 99 }), after: first.nextCursor)
    #expect(Self.names(without).first == "tool1100")
    let before = try ToolPage(of: Self.tools(-5..<150), after: first.nextCursor)
    #expect(Self.names(before).first == "tool1100")
    let gone = try ToolPage(of: Self.tools(0..<50), after: first.nextCursor)
    #expect(Self.names(gone) == [])
    #expect(gone.nextCursor == nil)
  }

  @Test func `names of any text survive in a cursor`() throws {
    let odd = MCPTool(name: "a\n\"ä€😀", inputSchema: [:])
    let all = Self.tools(-99..<0) + [odd] + Self.tools(0..<2)
    let cursor = try ToolPage(of: all, after: nil).nextCursor
    #expect(try Self.names(ToolPage(of: all, after: cursor)) == ["tool1000", "tool1001"])
  }

  @Test(arguments: ["x", "6", "6z", "616263", "61667465723", "ff", "c328", "after:a", " ", "+6+6"])
  func `a cursor that was not made here is refused`(cursor: String) {
    let error = #expect(throws: RPCError.self) { try ToolPage(of: Self.tools(0..<3), after: cursor) }
    #expect(error == RPCError(.invalidParams, "the cursor was not made by this server", path: "params.cursor"))
  }
}
