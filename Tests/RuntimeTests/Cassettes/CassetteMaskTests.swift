import SCRProtocol
import SCRRuntime
import Testing

struct CassetteMaskTests {
  @Test(
    arguments: [
      ("the key is sk-proj-abcdefghijklmnop0123, take it", "the key is [masked 1], take it"),
      ("ghp_abcdefghijklmnopqrstuvwxyz0123 twice ghp_abcdefghijklmnopqrstuvwxyz0123", "[masked 1] twice [masked 1]"),
      ("Authorization: Bearer abcdefghijklmnop.qrs", "Authorization: Bearer [masked 1]"),
      ("postgres://ada:lovelace@db/x", "postgres://ada:[masked 1]@db/x"),
      ("redis://:lovelace@db/0", "redis://:[masked 1]@db/0"),
      ("AKIAABCDEFGHIJKLMNOP", "[masked 1]"), ("sk-learn is a library", "sk-learn is a library"),
      ("a bearer of good news", "a bearer of good news"),
      ("https://example.org:8080/a@b", "https://example.org:8080/a@b"),
      ("-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----", "[masked 1]"),
    ])
  func `what looks like a secret is replaced, and nothing else`(text: String, masked: String) {
    var mask = CassetteMask([])
    #expect(mask.masking(text) == masked)
  }

  @Test func `known secrets go first, the longer before the shorter, and keys of objects stay`() {
    var mask = CassetteMask(["password", "password123", "tiny"])
    let value: JSONValue = ["password": ["password123 or password", "tiny", 5]]
    #expect(mask.masking(value) == ["password": ["[masked 1] or [masked 2]", "tiny", 5]])
    #expect(mask.count == 2)
  }
}
