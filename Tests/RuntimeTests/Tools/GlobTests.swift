import SCRRuntime
import Testing

struct GlobTests {
  @Test(arguments: [
    ("echo", "echo"), ("*", ""), ("*", "anything.at all"), ("read_*", "read_file"), ("read_*", "read_"),
    ("*_file", "a_file_file"), ("fs.*", "fs.read"), ("?", "a"), ("a?c", "abc"), ("a*b*c", "aXXbYYbZZc"),
    ("**a", "bca"), ("", ""), ("ä?", "äö"), ("?", "👩‍👧"), ("[ab]", "[ab]"), ("a.c", "a.c"),
  ])
  func `a pattern fits the whole name`(pattern: String, name: String) {
    #expect(Glob(pattern).matches(name))
  }

  @Test(arguments: [
    ("echo", "echo2"), ("echo", "Echo"), ("read_*", "xread_file"), ("*_file", "a_file2"), ("?", ""), ("?", "ab"),
    ("", "a"), ("a*b", "ac"), ("a*b*c", "acb"), ("[ab]", "a"), ("a.c", "abc"), ("a*?", "a"),
  ])
  func `a pattern that fits only a part of the name does not match`(pattern: String, name: String) {
    #expect(!Glob(pattern).matches(name))
  }

  @Test func `a pattern made to explode is answered in linear time`() {
    let name = String(repeating: "a", count: 20_000)
    #expect(!Glob(String(repeating: "a*", count: 20) + "b").matches(name))
  }
}
