import SCRRuntime
import Testing

struct ToolNameTests {
  @Test(
    arguments: [
      ("calculator", nil, "calculator"), ("fs.read", "fs", "read"), ("fs.a.b", "fs", "a.b"),
      (".hidden", nil, ".hidden"),
      ("fs.", "fs", ""), ("", nil, ""),
    ] as [(String, String?, String)])
  func `a qualified name is cut at its first dot and gives itself again`(
    text: String, server: String?, tool: String
  ) {
    let name = ToolName(qualified: text)
    #expect(name == ToolName(server: server, tool: tool))
    #expect(name.qualified == text)
    #expect("\(name)" == text)
  }

  @Test func `names stand in the order of their qualified texts`() {
    let names = ["b.a", "a", "a.z", "a.b"].map { ToolName(qualified: $0) }
    #expect(names.sorted().map(\.qualified) == ["a", "a.b", "a.z", "b.a"])
  }
}
