import SCRProtocol
import Synchronization

/// The subscriptions that the client has opened (2026-07-28), and notifications that go through them. With `--no-ack` none
/// is acknowledged; with `--no-listen` there is no such method.
enum Listens {
  private static let open = Mutex<[JSONValue: JSONValue]>([:])
  /// Whether the client ever had one: from then on it hears through them alone.
  private static let isModern = Mutex(false)

  static func begin(_ id: JSONValue, _ params: JSONValue, _ options: Options) {
    if options.has("no-listen") { return Wire.refuse(id, -32601, "Method not found") }
    let filter = params["notifications"] ?? [:]
    isModern.withLock { $0 = true }
    open.withLock { $0[id] = filter }
    if options.has("no-ack") { return }
    Wire.send([
      "jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged",
      "params": ["notifications": filter, "_meta": meta(id)],
    ])
  }

  static func cancelled(_ id: JSONValue) { open.withLock { $0[id] = nil } }

  private static func meta(_ id: JSONValue) -> JSONValue { ["io.modelcontextprotocol/subscriptionId": id] }

  /// Through every subscription that wants it; legacy clients get it plainly.
  static func tell(_ method: String, _ params: JSONObject) {
    let wanted = open.withLock { $0.filter { wants($0.value, method, params) }.keys }
    for id in wanted {
      var params = params
      params["_meta"] = meta(id)
      Wire.send(["jsonrpc": "2.0", "method": .string(method), "params": .object(params)])
    }
    if !isModern.withLock({ $0 }) {
      Wire.send(["jsonrpc": "2.0", "method": .string(method), "params": .object(params)])
    }
  }

  private static func wants(_ filter: JSONValue, _ method: String, _ params: JSONObject) -> Bool {
    func has(_ key: String, _ value: JSONValue?) -> Bool { filter[key]?.arrayValue?.contains(value ?? .null) == true }
    return switch method {
    case "notifications/tools/list_changed": filter["toolsListChanged"] == true
    case "notifications/prompts/list_changed": filter["promptsListChanged"] == true
    case "notifications/resources/list_changed": filter["resourcesListChanged"] == true
    case "notifications/resources/updated": has("resourceSubscriptions", params["uri"])
    case "notifications/tasks": has("taskIds", params["taskId"])
    default: false
    }
  }

  /// Ends all, properly or with nothing but a cancellation.
  static func end(gracefully: Bool) {
    let all = open.withLock { open in
      defer { open = [:] }
      return Array(open.keys)
    }
    for id in all {
      if gracefully { Wire.answer(id, ["resultType": "complete", "_meta": meta(id)]) }
      Wire.send(["jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": id]])
    }
  }
}
