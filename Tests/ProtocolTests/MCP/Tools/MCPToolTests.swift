import SCRProtocol
import Testing

struct MCPToolTests {
  private static let plain: JSONValue = ["type": "object"]
  private static let tool = MCPTool(
    name: "t", title: "T", description: "d", inputSchema: plain, outputSchema: plain,
    annotations: ["readOnlyHint": true])

  private static let shapes: [ProtocolRevision: JSONValue] = [
    .november2024: ["name": "t", "description": "d", "inputSchema": plain],
    .march2025: ["name": "t", "description": "d", "inputSchema": plain, "annotations": ["readOnlyHint": true]],
    .june2025: whole, .november2025: whole, .july2026: whole,
  ]
  private static let whole: JSONValue = [
    "name": "t", "title": "T", "description": "d", "inputSchema": plain, "outputSchema": plain,
    "annotations": ["readOnlyHint": true],
  ]

  @Test(arguments: ProtocolRevision.allCases)
  func `each revision gets the members that it knows`(revision: ProtocolRevision) {
    #expect(Self.tool.json(for: revision) == Self.shapes[revision])
  }

  @Test func `an output schema that is no object's is for the modern era alone`() {
    var tool = Self.tool
    tool.outputSchema = ["type": "array"]
    #expect(
      ProtocolRevision.allCases.map { tool.json(for: $0)["outputSchema"] }
        == [nil, nil, nil, nil, ["type": "array"]])
  }

  @Test func `a listed tool is read whole`() {
    #expect(MCPTool(Self.tool.json(for: .july2026)) == Self.tool)
    #expect(
      MCPTool(["name": "t", "inputSchema": [:], "annotations": ["title": "From annotations"]])
        == MCPTool(
          name: "t", title: "From annotations", inputSchema: ["type": "object"],
          annotations: ["title": "From annotations"]))
  }

  @Test func `an open input schema becomes one for objects; one for something else is no tool's`() {
    let kept: [(JSONValue, JSONValue)] = [
      ([:], ["type": "object"]), (["required": ["a"]], ["required": ["a"], "type": "object"]),
      (["type": ["null", "object"]], ["type": "object"]), (["type": "object"], ["type": "object"]),
    ]
    for (given, read) in kept { #expect(MCPTool(["name": "t", "inputSchema": given])?.inputSchema == read) }
    for type: JSONValue in ["string", ["array", "null"], 7, .null] {
      #expect(MCPTool(["name": "t", "inputSchema": ["type": type]]) == nil)
    }
  }

  @Test func `annotations and output schemas of a wrong type are left out`() {
    let tool = MCPTool([
      "name": "t", "inputSchema": Self.plain, "outputSchema": "any",
      "annotations": [
        "title": 7, "readOnlyHint": "yes", "destructiveHint": false, "idempotentHint": 1, "openWorldHint": true,
        "vendor": ["a": 1],
      ],
    ])
    #expect(
      tool
        == MCPTool(
          name: "t", inputSchema: Self.plain,
          annotations: ["destructiveHint": false, "openWorldHint": true, "vendor": ["a": 1]]))
  }

  @Test(
    arguments: [
      ["inputSchema": plain], ["name": "", "inputSchema": plain], ["name": "t"], ["name": "t", "inputSchema": true],
      ["name": 1, "inputSchema": plain], "t",
    ] as [JSONValue])
  func `without a name and an input schema it is no tool`(value: JSONValue) {
    #expect(MCPTool(value) == nil)
  }
}
