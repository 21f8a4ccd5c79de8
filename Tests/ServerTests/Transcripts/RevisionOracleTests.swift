import SCRProtocol
import SCRTestSupport
import Testing

/// The published schemas of MCP as judges of what is recorded.
struct RevisionOracleTests {
  static let revisions = ProtocolRevision.allCases.map(\.rawValue)

  private static let results = [
    "initialize": "InitializeResult", "server/discover": "DiscoverResult", "ping": "EmptyResult",
    "tools/list": "ListToolsResult", "tools/call": "CallToolResult",
  ]

  /// One revision's definitions, each compiled once.
  private struct Oracle {
    private let document: JSONValue
    private let holder: String
    private var compiled: [String: JSONSchema] = [:]

    init(_ revision: String) throws {
      document = try TestData.json("mcp/\(revision).schema.json")
      holder = document["$defs"] == nil ? "definitions" : "$defs"
    }

    func knows(_ name: String) -> Bool { document[holder]?[name] != nil }

    mutating func problems(_ value: JSONValue, _ name: String) throws -> [String] {
      if compiled[name] == nil {
        let schema: JSONValue = ["$ref": .string("https://modelcontextprotocol.io/schema#/\(holder)/\(name)")]
        let library = JSONSchemaLibrary(["https://modelcontextprotocol.io/schema": document])
        compiled[name] = try JSONSchema.compile(schema, knowing: library)
      }
      return try #require(compiled[name]).validate(value).map { "\(name): \($0)" }
    }
  }

  @Test(arguments: revisions)
  func `every recorded message of a revision is one of its schema`(revision: String) throws {
    var oracle = try Oracle(revision)
    var count = 0
    for path in Transcript.paths() where path.hasPrefix("\(revision)/") {
      var requests: [JSONValue: JSONValue] = [:]
      for line in try Transcript(path: path).lines {
        switch line {
        case .send(let text):
          let message = JSONValue(json: text)
          if let id = message["id"] { requests[id] = message }
        case .expect(let text):
          let message = JSONValue(json: text)
          let request = message["id"].flatMap { requests[$0] }
          for (value, name) in Self.claims(message, request) where oracle.knows(name) {
            count += 1
            #expect(try oracle.problems(value, name) == [], "\(path): \(value.jsonText.prefix(400))")
          }
        default: break
        }
      }
    }
    #expect(count > 8)
  }

  /// What each part of a message claims to be. A request counts where it was answered with a result.
  private static func claims(_ message: JSONValue, _ request: JSONValue?) -> [(JSONValue, String)] {
    var claims = [(message, "JSONRPCMessage")]
    if message["method"] != nil { claims.append((message, "ServerNotification")) }
    if message["error"]?["code"] == -32022 { claims.append((message, "UnsupportedProtocolVersionError")) }
    guard let result = message["result"], let request, let method = request["method"]?.stringValue else {
      return claims
    }
    if let name = results[method] { claims.append((result, name)) }
    // Two recordings show what is let pass: a progress token of a wrong type, and a handshake without capabilities.
    let isOdd =
      request["params"]?["_meta"]?["progressToken"]?.objectValue != nil
      || (method == "initialize" && request["params"]?["capabilities"] == nil)
    if !isOdd { claims.append((request, "ClientRequest")) }
    return claims
  }
}
