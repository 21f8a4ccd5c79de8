import SCRProtocol
import SCRTestSupport

/// The published schema of one revision, as the judge of what the client sends.
struct WireSchema {
  private let document: JSONValue
  private let key: String
  private let names: [String: String]

  init(_ revision: ProtocolRevision) throws {
    document = try TestData.json("mcp/\(revision.rawValue).schema.json")
    key = document["$defs"] == nil ? "definitions" : "$defs"
    var names: [String: String] = [:]
    for definition in document[key]?.objectValue ?? [:] {
      let isMessage = definition.key.hasSuffix("Request") || definition.key.hasSuffix("Notification")
      guard isMessage, let method = definition.value["properties"]?["method"]?["const"]?.stringValue else { continue }
      names[method] = definition.key
    }
    self.names = names
  }

  /// What is wrong with a request or notification; empty for a valid one.
  func faults(of message: JSONValue) throws -> [String] {
    guard let method = message["method"]?.stringValue else { return [] }
    guard let name = names[method] else { return ["\(method) is no method of this revision"] }
    return try faults(of: message, as: name)
  }

  func faults(of value: JSONValue, as name: String) throws -> [String] {
    var schema: JSONObject = ["allOf": [["$ref": .string("#/\(key)/\(name)")]]]
    schema["$schema"] = document["$schema"]
    schema[key] = document[key]
    return try JSONSchema.compile(.object(schema)).validate(value).map { "\(name): \($0)" }
  }
}
