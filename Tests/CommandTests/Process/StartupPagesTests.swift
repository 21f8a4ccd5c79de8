#if os(Linux)
  import Testing

  @testable import SCRCommand

  @Suite("Pages of the start")
  struct StartupPagesTests {
    @Test func `only mappings of files that can be read and run are given back`() {
      let maps = """
        5580a0000000-5580a1c51000 r-xp 00000000 fd:00 42         /opt/my tools/scr
        5580a1c52000-5580a1d10000 r--p 01c51000 fd:00 42         /opt/my tools/scr
        5580a1d10000-5580a4152000 rw-p 01d0f000 fd:00 42         /opt/my tools/scr
        7f00aa000000-7f00aa100000 r-xp 00000000 fd:00 43         /lib/libc.so.6
        7f00bb000000-7f00bb001000 r-xp 00000000 00:00 0
        7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0          [vdso]
        """
      #expect(
        StartupPages.codeRanges(maps) == [0x5580_a000_0000..<0x5580_a1c5_1000, 0x7f00_aa00_0000..<0x7f00_aa10_0000])
    }

    @Test func `the program goes on after they were given back`() {
      StartupPages.giveBack()
      #expect([3, 1, 2].sorted() == [1, 2, 3])
    }
  }
#endif
