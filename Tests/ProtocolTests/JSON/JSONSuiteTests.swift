import SCRProtocol
import SCRTestSupport
import Testing

/// JSONTestSuite: `y_` must be read, `n_` must be refused, `i_` may be either but must not crash.
struct JSONSuiteTests {
  static let files = (try? TestData.files(in: "json/test_parsing")) ?? []

  @Test func `the suite is there`() {
    #expect(Self.files.count > 300)
  }

  @Test(arguments: files)
  func `a text is read or refused as the suite has it`(file: String) throws {
    let bytes = try TestData.bytes("json/test_parsing/\(file)")
    var value: JSONValue?
    do throws(JSONParseError) { value = try JSONParser.parse(bytes) } catch {
      #expect(Self.place(of: error.offset, in: bytes) == [error.line, error.column])
      #expect(error.description.hasSuffix(" at line \(error.line), column \(error.column)"))
    }
    switch file.prefix(2) {
    case "y_": #expect(value != nil)
    case "n_": #expect(value == nil)
    default: break
    }
    if let value {
      #expect(try JSONParser.parse(value.encoded) == value)
      #expect(try JSONParser.parse(value.prettyText) == value)
    }
  }

  /// Line and column of an offset, which must lie within the text or at its end; empty where it does not.
  private static func place(of offset: Int, in bytes: [UInt8]) -> [Int] {
    guard 0...bytes.count ~= offset else { return [] }
    let lines = bytes[..<offset].split(separator: 0x0A, omittingEmptySubsequences: false)
    return [lines.count, (lines.last?.count ?? 0) + 1]
  }

  @Test(
    arguments: [
      ("{\"a\": [1,\n  tru]}", "unexpected character at line 2, column 3"),
      ("[1, 2", "unexpected end of the text at line 1, column 6"),
      ("[\n01]", "expected ',' or ']' at line 2, column 2"),
      ("[[[1]]]", "nested deeper than 2 levels at line 1, column 3"),
      ("{\"a\":1,\n\"b\":2,\"c\":3,\"d\":4}", "more than 4 values at line 2, column 17"),
      ("[\"0123456789012345678901234567\",\n1]", "more than 32 bytes at line 1, column 33"),
    ])
  func `what is refused or beyond a limit is told with its line and column`(text: String, message: String) {
    let error = #expect(throws: JSONParseError.self) {
      try JSONParser.parse(text, limits: JSONLimits(depth: 2, nodes: 4, bytes: 32))
    }
    #expect(error?.description == message)
  }
}
