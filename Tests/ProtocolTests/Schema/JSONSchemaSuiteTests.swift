import SCRProtocol
import SCRTestSupport
import Testing

/// The public JSON-Schema-Test-Suite, read from the shared data sets.
struct JSONSchemaSuiteTests {
  /// Files left out, each for its reason.
  static let skipped: [String: String] = [
    "refRemote.json": "references to other documents: nothing is ever fetched",
    "vocabulary.json": "custom metaschemas are other documents",
    "dynamicRef.json": "$dynamicRef is refused (a test of its own below)",
    "format-assertion.json": "a custom metaschema, and format is an annotation here",
    "cross-draft.json": "references to other documents",
    "content.json":
      "draft-07 may assert contentEncoding and contentMediaType; here they are annotations in every draft",
  ]

  /// Groups that `compile` must refuse; everything else has to give the suite's verdicts.
  static let refused: [String: Set<String>] = [
    "draft2020-12/defs.json": ["validate definition against metaschema"],
    "draft2020-12/ref.json": ["remote ref, containing refs itself"],
    "draft2020-12/unevaluatedItems.json": ["unevaluatedItems with $dynamicRef"],
    "draft2020-12/unevaluatedProperties.json": ["unevaluatedProperties with $dynamicRef"],
    "draft7/definitions.json": ["validate definition against metaschema"],
    "draft7/ref.json": ["remote ref, containing refs itself"],
  ]

  static let files: [String] = {
    ["draft2020-12", "draft2020-12/optional", "draft7", "draft7/optional"].flatMap { folder in
      ((try? TestData.files(in: "json-schema/tests/\(folder)")) ?? []).filter { skipped[$0] == nil }
        .map { "\(folder)/\($0)" }
    }
  }()

  @Test func `the suite is there`() {
    #expect(Self.files.count > 80)
  }

  @Test(arguments: files)
  func `verdicts are those of the suite`(file: String) throws {
    let groups = try #require(try TestData.json("json-schema/tests/\(file)").arrayValue)
    for group in groups {
      let name = try #require(group["description"]?.stringValue)
      var document = try #require(group["schema"])
      if file.hasPrefix("draft7/"), case .object(var fields) = document, fields["$schema"] == nil {
        fields["$schema"] = "http://json-schema.org/draft-07/schema#"
        document = .object(fields)
      }
      if Self.refused[file]?.contains(name) == true {
        #expect(throws: JSONSchemaError.self, "\(name)") { try JSONSchema.compile(document) }
        continue
      }
      let schema: JSONSchema
      do { schema = try JSONSchema.compile(document) } catch {
        Issue.record("\(file): \(name): \(error)")
        continue
      }
      for test in group["tests"]?.arrayValue ?? [] {
        let found = schema.validate(try #require(test["data"]))
        #expect(
          found.isEmpty == test["valid"]?.boolValue,
          "\(file): \(name): \(test["description"]?.stringValue ?? ""): \(found.description)")
      }
    }
  }
}
