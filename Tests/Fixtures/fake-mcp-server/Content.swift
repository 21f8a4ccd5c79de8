import SCRProtocol
import Synchronization

/// What the server says that it offers, and its resources and prompts with `--content`.
enum Content {
  private static let added = Mutex(0)
  static let prompts = Mutex(1)

  static func capabilities(_ options: Options, isModern: Bool) -> JSONValue {
    // With an empty object nobody listens, as with servers that have nothing to tell.
    var fields: JSONObject = ["tools": options.has("quiet") ? [:] : ["listChanged": true]]
    if options.has("content") {
      fields["resources"] = ["subscribe": true, "listChanged": true]
      fields["prompts"] = ["listChanged": true]
      fields["completions"] = [:]
    }
    if options.has("tasks") {
      if isModern {
        fields["extensions"] = ["io.modelcontextprotocol/tasks": [:]]
      } else {
        fields["tasks"] = ["cancel": [:], "requests": ["tools": ["call": [:]]]]
      }
    }
    return .object(fields)
  }

  /// - Returns: false for methods that are none of these.
  static func answer(_ id: JSONValue, _ method: String, _ params: JSONValue) -> Bool {
    switch method {
    case "resources/list": page(id, params, "resources", resources)
    case "resources/templates/list":
      page(id, params, "resourceTemplates", [["uriTemplate": "test://item/{id}", "name": "item"]])
    case "prompts/list":
      page(id, params, "prompts", (1...prompts.withLock { $0 }).map { ["name": .string("prompt_\($0)")] })
    case "resources/read":
      let uri = params["uri"]?.stringValue ?? ""
      if uri == "test://gone" {
        Wire.refuse(id, -32002, "Resource not found")
      } else {
        Wire.answer(
          id,
          [
            "resultType": "complete", "contents": [["uri": .string(uri), "text": .string("content of \(uri)")]],
            "ttlMs": 0, "cacheScope": "private",
          ])
      }
    case "prompts/get":
      Wire.answer(
        id,
        [
          "resultType": "complete",
          "messages": [
            ["role": "user", "content": ["type": "text", "text": .string(params["arguments"]?.jsonText ?? "")]]
          ],
        ])
    case "completion/complete":
      Wire.answer(
        id, ["resultType": "complete", "completion": ["values": [.string(params["ref"]?.jsonText ?? "")]]])
    case "resources/subscribe", "resources/unsubscribe": Wire.answer(id, [:])
    default: return false
    }
    return true
  }

  private static var resources: [JSONValue] {
    ["test://one", "test://two"].map { ["uri": .string($0), "name": .string($0)] }
      + (0..<added.withLock { $0 }).map { ["uri": .string("test://added/\($0)"), "name": "added"] }
  }

  /// Two entries a page.
  private static func page(_ id: JSONValue, _ params: JSONValue, _ key: String, _ all: [JSONValue]) {
    let start = params["cursor"]?.stringValue.flatMap { Int($0) } ?? 0
    let part = all[min(start, all.count)...].prefix(2)
    var result: JSONObject = ["resultType": "complete", "ttlMs": 0, "cacheScope": "private"]
    result[key] = .array(Array(part))
    if part.endIndex < all.count { result["nextCursor"] = .string(String(part.endIndex)) }
    Wire.answer(id, result)
  }

  /// One more resource and prompt, and another content of `test://one`.
  static func touch() {
    added.withLock { $0 += 1 }
    prompts.withLock { $0 += 1 }
    Listens.tell("notifications/resources/list_changed", [:])
    Listens.tell("notifications/prompts/list_changed", [:])
    Listens.tell("notifications/resources/updated", ["uri": "test://one"])
  }
}
