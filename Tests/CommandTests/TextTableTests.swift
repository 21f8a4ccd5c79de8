import SCRCommand
import Testing

@Suite struct TextTableTests {
  @Test func `Columns are as wide as their longest cell and no line ends in spaces`() {
    var table = TextTable("SERVER", "STATE", "COMMAND")
    table.add("filesystem", "enabled", "scr mcp filesystem")
    table.add("t", "needs_approval", "")
    #expect(
      table.text == """
        SERVER      STATE           COMMAND
        filesystem  enabled         scr mcp filesystem
        t           needs_approval
        """)
  }
}
