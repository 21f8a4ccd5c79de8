import SCRProtocol
import Testing

@Suite("Base64 for URLs")
struct Base64URLTests {
  @Test(
    "the vectors of RFC 4648, without padding",
    arguments: [
      ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
      ("foobar", "Zm9vYmFy"),
    ])
  func vectors(text: String, encoded: String) {
    #expect(Base64URL.encode(Array(text.utf8)) == encoded)
    #expect(Base64URL.decode(encoded) == Array(text.utf8))
  }

  @Test("every byte survives, and the alphabet is that for URLs")
  func bytes() {
    let all = (0...255).map { UInt8($0) }
    #expect(Base64URL.decode(Base64URL.encode(all)) == all)
    #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
  }

  @Test("what we would not write is not read", arguments: ["Zg==", "Z", "Zh", "Zm9+", "Zm9/", "Zm 9", "Zm9vY"])
  func malformed(text: String) {
    #expect(Base64URL.decode(text) == nil)
  }
}
