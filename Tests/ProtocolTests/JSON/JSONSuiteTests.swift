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
    let value = try? JSONParser.parse(bytes)
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
}
