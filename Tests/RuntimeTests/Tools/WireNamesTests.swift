import SCRRuntime
import Testing

struct WireNamesTests {
  private func assign(_ names: [ToolName]) -> [String?] {
    let wire = WireNames.assign(names).names
    return names.map { wire[$0] }
  }

  @Test func `every character that the wire does not know becomes an underscore`() {
    let names = [
      ToolName(tool: "calculator"), ToolName(server: "fs", tool: "read-file"), ToolName(server: "s", tool: "a.b/c ä"),
      ToolName(tool: ""),
    ]
    #expect(assign(names) == ["calculator", "fs_read-file", "s_a_b_c__", "_"])
    #expect(WireNames.assign(names).collisions == [])
  }

  @Test func `of names that would be one the later in order get numbers, whatever order they came in`() {
    let names = [ToolName(server: "a", tool: "b c"), ToolName(tool: "a_b_c"), ToolName(server: "a", tool: "b.c")]
    #expect(names.sorted().map(\.qualified) == ["a.b c", "a.b.c", "a_b_c"])
    for order in [names, names.reversed()] {
      let (wire, collisions) = WireNames.assign(order)
      #expect(names.map { wire[$0] } == ["a_b_c", "a_b_c_3", "a_b_c_2"])
      #expect(collisions.map(\.qualified) == ["a.b.c", "a_b_c"])
    }
  }

  @Test func `a number that another tool has as its name is passed over`() {
    let names = ["a", "a_2", "ä"].map { ToolName(server: "s", tool: $0) } + [ToolName(tool: "s_a")]
    #expect(assign(names) == ["s_a", "s_a_2", "s__", "s_a_3"])
  }

  @Test func `long names are cut to the limit, the number included`() {
    let long = String(repeating: "x", count: 70)
    let names = ["a", "b", "c"].map { ToolName(tool: long + $0) }
    let cut = String(repeating: "x", count: 62)
    #expect(assign(names) == [cut + "xx", cut + "_2", cut + "_3"])
    let many = (0..<12).map { ToolName(tool: "\(long)\($0)") }
    #expect(Set(assign(many)).count == 12)
    #expect(assign(many).allSatisfy { $0?.count == WireNames.limit })
  }

  @Test func `a name that comes twice has one wire name`() {
    let name = ToolName(server: "a", tool: "b")
    let (wire, collisions) = WireNames.assign([name, name])
    #expect(wire == [name: "a_b"])
    #expect(collisions == [])
  }
}
