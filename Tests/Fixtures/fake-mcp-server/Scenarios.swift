import SCRProtocol
import Synchronization

/// The other side of the client scenarios of the official conformance suite, with `--scenario NAME`: what the suite's own
/// servers offer and answer. What the client sends is in the file of `--record`, for the test to look at.
enum Scenarios {
  static let state = "eyJ4IjoiYcOkIn0=.\u{1F511} \"quoted\" \\ /\n"

  /// - Parameter port: where the network reference of `json-schema-ref-no-deref` leads.
  static func tools(_ name: String, port: String) -> [JSONValue]? {
    switch name {
    case "initialize", "request-metadata": [tool("nothing")]
    case "tools_call":
      [
        [
          "name": "add_numbers", "description": "Adds",
          "inputSchema": [
            "type": "object", "properties": ["a": ["type": "number"], "b": ["type": "number"]], "required": ["a", "b"],
          ],
        ]
      ]
    case "elicitation-sep1034-client-defaults": [tool("test_client_elicitation_defaults")]
    case "sep-2322-client-request-state":
      ["test_mrtr_echo_state", "test_mrtr_unrelated", "test_mrtr_no_state", "test_mrtr_no_result_type"].map(tool)
    case "json-schema-ref-no-deref":
      [
        [
          "name": "remote", "description": "Refers to the network",
          "inputSchema": [
            "type": "object",
            "properties": ["a": ["$ref": .string("http://127.0.0.1:\(port)/schema.json")]],
          ],
        ]
      ]
    case "json-schema-2020-12-preservation":
      [["name": "json_schema_2020_12_tool", "description": "Odd", "inputSchema": schema], tool("json_schema_echo")]
    default: nil
    }
  }

  private static func tool(_ name: String) -> JSONValue {
    ["name": .string(name), "description": .string(name), "inputSchema": ["type": "object"]]
  }

  static let schema: JSONValue = [
    "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
    "$defs": [
      "address": ["$anchor": "addressDef", "type": "object", "properties": ["street": ["type": "string"]]]
    ],
    "properties": [
      "name": ["type": "string"], "address": ["$ref": "#/$defs/address"], "kind": ["enum": ["a", "b"]],
    ],
    "allOf": [["anyOf": [["required": ["name"]], ["required": ["kind"]]]]],
    "if": ["properties": ["kind": ["const": "a"]]], "then": ["required": ["address"]], "else": ["minProperties": 0],
    "additionalProperties": false,
  ]

  /// - Returns: false for tools that are none of these.
  static func call(_ id: JSONValue, _ params: JSONValue) -> Bool {
    switch params["name"]?.stringValue {
    case "add_numbers", "test_mrtr_unrelated", "json_schema_echo": answer(id)
    case "test_client_elicitation_defaults":
      _ = Asking.ask(
        [["method": "elicitation/create", "params": ["message": "Defaults", "requestedSchema": defaults]]], nil)
      answer(id)
    case "test_mrtr_echo_state": params["inputResponses"] == nil ? ask(id, state: state) : answer(id)
    case "test_mrtr_no_state": params["inputResponses"] == nil ? ask(id, state: nil) : answer(id)
    case "test_mrtr_no_result_type": Wire.answer(id, ["content": [["type": "text", "text": "complete"]]])
    default: return false
    }
    return true
  }

  private static func answer(_ id: JSONValue) {
    Wire.answer(
      id, ["resultType": "complete", "content": [["type": "text", "text": "answered"]], "isError": false])
  }

  private static func ask(_ id: JSONValue, state: String?) {
    var result: JSONObject = [
      "resultType": "input_required",
      "inputRequests": [
        "confirm": [
          "method": "elicitation/create",
          "params": [
            "mode": "form", "message": "Go on?",
            "requestedSchema": [
              "type": "object", "properties": ["confirmed": ["type": "boolean"]], "required": ["confirmed"],
            ],
          ],
        ]
      ],
    ]
    result["requestState"] = state.map { .string($0) }
    Wire.answer(id, result)
  }

  private static let defaults: JSONValue = [
    "type": "object",
    "properties": [
      "name": ["type": "string", "default": "John Doe"], "age": ["type": "integer", "default": 30],
      "score": ["type": "number", "default": 95.5],
      "status": ["type": "string", "enum": ["active", "inactive"], "default": "active"],
      "verified": ["type": "boolean", "default": true],
    ],
    "required": [],
  ]
}
