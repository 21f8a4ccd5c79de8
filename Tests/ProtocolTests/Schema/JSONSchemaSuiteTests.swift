import SCRProtocol
import SCRTestSupport
import Testing

/// The public JSON-Schema-Test-Suite, read from the shared data sets: every file of both drafts.
struct JSONSchemaSuiteTests {
  static let base = "http://localhost:1234/"

  /// Cases whose verdict is another here, as `file: group: test`, each with its reason.
  static let different: [String: String] = {
    // Draft-07 leaves it to us whether these decide, 2020-12 forbids it; one tool must not be stricter for its `$schema`.
    let reason = "contentMediaType and contentEncoding are annotations in every draft"
    return [
      "validation of string-encoded content based on media type: an invalid JSON document": reason,
      "validation of binary string-encoding: an invalid base64 string (% is not a valid character)": reason,
      "validation of binary-encoded media type documents: a validly-encoded invalid JSON document": reason,
      "validation of binary-encoded media type documents: an invalid base64 string that is valid JSON": reason,
    ].reduce(into: [:]) { $0["draft7/optional/content.json: \($1.key)"] = $1.value }
  }()

  static let folders = ["draft2020-12", "draft2020-12/optional", "draft7", "draft7/optional"]

  static let files: [String] = folders.flatMap { folder in
    ((try? TestData.files(in: "json-schema/tests/\(folder)")) ?? []).map { "\(folder)/\($0)" }
  }

  /// The suite's remotes, which its tests expect at a server: known documents here.
  static let remotes: JSONSchemaLibrary? = {
    guard let files = try? TestData.tree(in: "json-schema/remotes") else { return nil }
    var documents: [String: JSONValue] = [:]
    for file in files { documents[base + file] = try? TestData.json("json-schema/remotes/\(file)") }
    return documents.count == files.count ? JSONSchemaLibrary(documents) : nil
  }()

  @Test func `the suite is there`() {
    #expect(Self.files.count == 104)
    #expect(Self.remotes != nil)
  }

  @Test(arguments: files)
  func `verdicts are those of the suite`(file: String) throws {
    let library = try #require(Self.remotes)
    for group in try #require(try TestData.json("json-schema/tests/\(file)").arrayValue) {
      let name = try #require(group["description"]?.stringValue)
      let document = try #require(group["schema"])
      let schema: JSONSchema
      do { schema = try JSONSchema.compile(Self.dated(document, file), knowing: library) } catch {
        Issue.record("\(file): \(name): \(error)")
        continue
      }
      for test in group["tests"]?.arrayValue ?? [] {
        let found = schema.validate(try #require(test["data"]))
        let title = "\(file): \(name): \(test["description"]?.stringValue ?? "")"
        let isRight = found.isEmpty == test["valid"]?.boolValue
        #expect(isRight == (Self.different[title] == nil), "\(title): \(found.description)")
      }
    }
  }

  /// Formats that can be asserted are asserted right, where a metaschema asks for it.
  @Test(arguments: ["date", "time", "date-time", "ipv4", "ipv6", "uuid", "json-pointer", "regex"])
  func `asserted formats have the verdicts of the suite`(format: String) throws {
    let library = try #require(Self.remotes)
    let asserting = "\(Self.base)draft2020-12/format-assertion-true.json"
    let groups = try TestData.json("json-schema/tests/draft2020-12/optional/format/\(format).json").arrayValue
    for group in try #require(groups) {
      guard case .object(var fields)? = group["schema"] else { continue }
      fields["$schema"] = .string(asserting)
      let schema = try JSONSchema.compile(.object(fields), knowing: library)
      for test in group["tests"]?.arrayValue ?? [] {
        let found = schema.validate(try #require(test["data"]))
        #expect(
          found.isEmpty == test["valid"]?.boolValue,
          "\(test["description"]?.stringValue ?? "") \(test["data"]?.jsonText ?? "")")
      }
    }
  }

  /// The tests of draft-07 name no draft, since the suite is run once for each.
  private static func dated(_ document: JSONValue, _ file: String) -> JSONValue {
    guard file.hasPrefix("draft7/"), case .object(var fields) = document, fields["$schema"] == nil else {
      return document
    }
    fields["$schema"] = "http://json-schema.org/draft-07/schema#"
    return .object(fields)
  }
}
