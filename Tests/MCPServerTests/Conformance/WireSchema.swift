import SCRProtocol
import SCRTestSupport
import Synchronization

/// The official schema of a revision, as a judge of what our server sends.
final class WireSchema: Sendable {
  private static let all = Mutex<[String: WireSchema]>([:])
  private let definitions: JSONValue
  private let key: String
  private let compiled = Mutex<[String: JSONSchema]>([:])

  private init(_ file: String) throws {
    let document = try TestData.json("mcp/\(file).schema.json")
    key = document["$defs"] == nil ? "definitions" : "$defs"
    definitions = document[key] ?? [:]
  }

  /// - Parameter file: a revision, or `ext-tasks`.
  static func of(_ file: String) throws -> WireSchema {
    if let known = all.withLock({ $0[file] }) { return known }
    let schema = try WireSchema(file)
    all.withLock { $0[file] = schema }
    return schema
  }

  func has(_ definition: String) -> Bool { definitions[definition] != nil }

  /// What of `value` is not as the definition has it.
  func faults(_ value: JSONValue, _ definition: String) throws -> [String] {
    guard has(definition) else { return ["the revision has no \(definition)"] }
    let schema: JSONSchema
    if let known = compiled.withLock({ $0[definition] }) {
      schema = known
    } else {
      schema = try JSONSchema.compile(.object([key: definitions, "$ref": .string("#/\(key)/\(definition)")]))
      compiled.withLock { $0[definition] = schema }
    }
    return schema.validate(value).map { "\(definition): \($0) in \(value.jsonText.prefix(300))" }
  }
}

/// Which definition a message must fit.
struct WireRules {
  let revision: ProtocolRevision

  private static let results = [
    "server/discover": "DiscoverResult", "initialize": "InitializeResult", "ping": "EmptyResult",
    "tools/list": "ListToolsResult", "tools/call": "CallToolResult", "resources/list": "ListResourcesResult",
    "resources/templates/list": "ListResourceTemplatesResult", "resources/read": "ReadResourceResult",
    "prompts/list": "ListPromptsResult", "prompts/get": "GetPromptResult", "completion/complete": "CompleteResult",
    "subscriptions/listen": "SubscriptionsListenResult", "logging/setLevel": "EmptyResult",
    "resources/subscribe": "EmptyResult", "resources/unsubscribe": "EmptyResult", "tasks/list": "ListTasksResult",
    "tasks/result": "GetTaskPayloadResult",
  ]

  private static let others = [
    "notifications/progress": "ProgressNotification", "notifications/message": "LoggingMessageNotification",
    "notifications/cancelled": "CancelledNotification",
    "notifications/tools/list_changed": "ToolListChangedNotification",
    "notifications/prompts/list_changed": "PromptListChangedNotification",
    "notifications/resources/list_changed": "ResourceListChangedNotification",
    "notifications/resources/updated": "ResourceUpdatedNotification",
    "notifications/subscriptions/acknowledged": "SubscriptionsAcknowledgedNotification",
    "notifications/tasks/status": "TaskStatusNotification", "elicitation/create": "ElicitRequest",
    "sampling/createMessage": "CreateMessageRequest", "roots/list": "ListRootsRequest",
  ]

  /// - Parameter asked: the method of the request that it answers.
  func faults(_ frame: JSONValue, asked: String?) throws -> [String] {
    let schema = try WireSchema.of(revision.rawValue)
    if let method = frame["method"]?.stringValue {
      // The specification's own schemas do not join the extension's notification with theirs.
      if method == "notifications/tasks" {
        return try WireSchema.of("ext-tasks").faults(frame, "TaskStatusNotification")
      }
      if revision.isModern, frame["id"] != nil { return ["a request of the server's: \(frame.jsonText)"] }
      return try schema.faults(frame, Self.others[method] ?? "a message \(method)")
    }
    if frame["error"] != nil {
      let name = schema.has("JSONRPCErrorResponse") ? "JSONRPCErrorResponse" : "JSONRPCError"
      // Revisions before 2025-11-25 have no errors without an id.
      if frame["id"] == nil, !schema.has("JSONRPCErrorResponse") { return [] }
      return try schema.faults(frame, name)
    }
    guard let result = frame["result"], let asked else { return ["an answer to nothing: \(frame.jsonText)"] }
    return try faults(result, asked: asked, schema)
  }

  private func faults(_ result: JSONValue, asked: String, _ schema: WireSchema) throws -> [String] {
    if revision.isModern {
      switch result["resultType"]?.stringValue {
      case "input_required": return try schema.faults(result, "InputRequiredResult")
      case "task": return try WireSchema.of("ext-tasks").faults(result, "CreateTaskResult")
      case "complete": break
      default: return ["no result type: \(result.jsonText)"]
      }
      let tasks = [
        "tasks/get": "GetTaskResult", "tasks/update": "UpdateTaskResult", "tasks/cancel": "CancelTaskResult",
      ]
      if let name = tasks[asked] { return try WireSchema.of("ext-tasks").faults(result, name) }
    } else {
      if result["resultType"] != nil { return ["a result type in revision \(revision.rawValue)"] }
      if asked == "tools/call", result["task"] != nil { return try schema.faults(result, "CreateTaskResult") }
      let tasks = ["tasks/get": "GetTaskResult", "tasks/cancel": "CancelTaskResult"]
      if let name = tasks[asked] { return try schema.faults(result, name) }
    }
    guard let name = Self.results[asked] else { return ["no rule for \(asked)"] }
    return try schema.faults(result, name)
  }
}
