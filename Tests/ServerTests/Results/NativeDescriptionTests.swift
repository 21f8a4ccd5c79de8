import Foundation
import SCRProtocol
import SCRServer
import SCRTestSupport
import Testing

@Suite("The native methods and their description", .timeLimit(.minutes(1)))
struct NativeDescriptionTests {
  private func description() async throws -> NativeDescription {
    try await ServerFixture.serve { NativeMethods.table(runtime: $0.runtime).description }
  }

  private static func isCurrent(_ name: String, _ text: String) throws -> Bool {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
    let file = package.standardizedFileURL.appendingPathComponent("schemas/\(name)")
    if ProcessInfo.processInfo.environment["SCR_UPDATE_GENERATED"] == "1" {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    return try String(contentsOf: file, encoding: .utf8) == text
  }

  @Test func `the files in the repository are what the methods say of themselves`() async throws {
    let description = try await description()
    #expect(try Self.isCurrent("native.schema.json", description.schema.prettyText))
    #expect(try Self.isCurrent("openrpc.json", description.openRPC.prettyText))
  }

  @Test func `rpc.discover gives the document`() async throws {
    try await ServerFixture.serve { fixture in
      let answer = await fixture.ask("rpc.discover")
      #expect(answer["result"] == NativeMethods.table(runtime: fixture.runtime).description.openRPC)
      #expect(answer["result"]?["methods"]?.arrayValue?.last?["name"] == "rpc.discover")
      #expect(await fixture.ask("rpc.discover", ["all": true])["error"]?["data"]?["path"] == "params.all")
    }
  }

  /// The rules of OpenRPC 1.3 that a document can break.
  @Test func `the document is one of OpenRPC 1.3`() async throws {
    let document = try await description().openRPC
    #expect(document["openrpc"] == "1.3.2")
    #expect(document["info"]?["title"]?.stringValue != nil && document["info"]?["version"]?.stringValue != nil)
    let methods = try #require(document["methods"]?.arrayValue)
    let names = methods.compactMap { $0["name"]?.stringValue }
    #expect(names.count == methods.count && Set(names).count == names.count)
    for method in methods {
      let name = method["name"]?.stringValue ?? ""
      let params = try #require(method["params"]?.arrayValue)
      let known = params.compactMap { $0["name"]?.stringValue }
      #expect(known.count == params.count && Set(known).count == known.count, "\(name)")
      #expect(params.allSatisfy { $0["schema"] != nil }, "\(name)")
      let optional = params.drop { $0["required"] == true }
      #expect(optional.allSatisfy { $0["required"] == false }, "\(name): the required come first")
      #expect(method["result"]?["name"]?.stringValue != nil && method["result"]?["schema"] != nil, "\(name)")
      #expect(["by-name", "by-position", "either"].contains(method["paramStructure"]?.stringValue), "\(name)")
    }
    for part in try #require(document["components"]?.objectValue) {
      let keys = part.value.objectValue.map { Array($0.keys) } ?? []
      #expect(keys.allSatisfy { $0.wholeMatch(of: /[a-zA-Z0-9._-]+/) != nil }, "\(part.key)")
    }
    let errors = try #require(document["components"]?["errors"]?.objectValue)
    #expect(Set(errors.map(\.value["code"])).count == errors.count)
    #expect(errors.allSatisfy { $0.value["message"]?.stringValue != nil })
    for reference in Self.references(in: document) { #expect(Self.leads(reference, in: document), "\(reference)") }
  }

  /// OpenRPC's schemas are of draft-07, the other file is of 2020-12.
  @Test(arguments: ["http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"])
  func `all schemas are schemas`(dialect: String) async throws {
    let description = try await description()
    let metaschema = try JSONSchema.compile(["$ref": .string(dialect)])
    let definitions = try #require(description.schema["$defs"]?.objectValue)
    for definition in definitions {
      #expect(metaschema.validate(definition.value) == [], "\(definition.key)")
      let whole: JSONValue = [
        "$schema": .string(dialect), "$defs": .object(definitions),
        "allOf": [["$ref": .string("#/$defs/\(definition.key)")]],
      ]
      #expect(throws: Never.self) { try JSONSchema.compile(whole) }
    }
  }

  @Test func `every recorded native answer and event is as it is described`() async throws {
    let description = try await description()
    var seen: Set<String> = []
    for path in Transcript.paths() where path.hasPrefix("native/") {
      for (method, message) in try Self.answers(in: path) where !AnswerRules.isOpen(message) {
        seen.insert(method)
        #expect(AnswerRules.problems(of: method, message, description) == [], "\(path): \(message.jsonText)")
      }
    }
    #expect(seen.count > 20, "found only \(seen.sorted())")
  }

  /// Results and events in their order, each with the method that they are of.
  private static func answers(in path: String) throws -> [(method: String, message: JSONValue)] {
    var methods: [JSONValue: String] = [:]
    var answers: [(String, JSONValue)] = []
    for line in try Transcript(path: path).lines {
      switch line {
      case .send(let text):
        let request = JSONValue(json: text)
        if let id = request["id"], let method = request["method"]?.stringValue { methods[id] = method }
      case .expect(let text):
        let frame = AnswerRules.filled(JSONValue(json: text))
        if frame["method"] != nil { answers.append(("event", frame)) }
        if frame["result"] != nil, let method = frame["id"].flatMap({ methods[$0] }) { answers.append((method, frame)) }
      default: break
      }
    }
    return answers
  }

  private static func references(in value: JSONValue) -> [String] {
    switch value {
    case .object(let fields):
      fields.flatMap { $0.key == "$ref" ? [$0.value.stringValue].compactMap { $0 } : references(in: $0.value) }
    case .array(let values): values.flatMap(references)
    default: []
    }
  }

  private static func leads(_ reference: String, in document: JSONValue) -> Bool {
    var value: JSONValue? = document
    for step in reference.dropFirst(2).split(separator: "/") { value = value?[String(step)] }
    return reference.hasPrefix("#/") && value != nil
  }
}
