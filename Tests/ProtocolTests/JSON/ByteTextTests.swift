import SCRProtocol
import Testing

/// "é" as one scalar and as two are one `String`, but two names on a wire.
struct ByteTextTests {
  private static let composed = "\u{E9}"
  private static let decomposed = "e\u{301}"

  @Test(arguments: [0, 20])
  func `keys are told apart by their bytes, in small and in large objects`(others: Int) {
    var object = JSONObject((0..<others).map { JSONField(key: "k\($0)", value: .null) })
    object[Self.composed] = 1
    object[Self.decomposed] = 2
    #expect(object.count == others + 2)
    #expect(object[Self.composed] == 1)
    #expect(object[Self.decomposed] == 2)
    object[Self.composed] = nil
    #expect(object[Self.composed] == nil)
    #expect(object[Self.decomposed] == 2)
  }

  @Test func `objects with differently spelt keys differ`() {
    #expect(JSONObject(dictionaryLiteral: (Self.composed, 1)) != JSONObject(dictionaryLiteral: (Self.decomposed, 1)))
    #expect(JSONObject(dictionaryLiteral: ("a", 1)).hashValue == JSONObject(dictionaryLiteral: ("a", 1)).hashValue)
  }

  @Test func `ids are told apart by their bytes`() {
    let ids: Set<RequestID> = [
      .string(Self.composed), .string(Self.decomposed), .string("1"), .integer(1), .string("1"), .integer(1),
    ]
    #expect(ids.count == 4)
  }
}
