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

  @Test func `A cell is one line without control characters, and cut`() {
    var table = TextTable("NAME", "COMMAND")
    table.add("x\u{1B}[2J\ny", String(repeating: "z", count: 300))
    #expect(
      table.text == """
        NAME    COMMAND
        x[2J y  \(String(repeating: "z", count: TextTable.widest - 1))…
        """)
  }
}
