package import SCRProtocol

/// A task that a server made of one of our calls.
package struct RemoteTask: Sendable, Hashable {
  package var id: String
  /// Of the revision 2025-11-25, where a task's result is asked for apart.
  package var isLegacy: Bool
  /// How often the server wants to be asked; nil leaves it to us.
  package var pollInterval: Duration?

  /// How long a legacy server is asked to keep a result.
  static let legacyLife: Duration = .seconds(3600)

  package init(id: String, isLegacy: Bool = false, pollInterval: Duration? = nil) {
    self.id = id
    self.isLegacy = isLegacy
    self.pollInterval = pollInterval
  }

  /// Reads a server's task object.
  init?(_ value: JSONValue, isLegacy: Bool) {
    guard let id = value["taskId"]?.stringValue, !id.isEmpty else { return nil }
    self.init(id: id, isLegacy: isLegacy, pollInterval: Self.interval(value))
  }

  static func interval(_ value: JSONValue) -> Duration? {
    let length = value["pollIntervalMs"]?.integerValue ?? value["pollInterval"]?.integerValue
    return length.flatMap { $0 > 0 ? .milliseconds($0) : nil }
  }

  /// What was written down of it: `{taskId, isLegacy, pollIntervalMs?}`.
  package var json: JSONValue {
    var fields: JSONObject = ["taskId": .string(id), "isLegacy": .bool(isLegacy)]
    fields["pollIntervalMs"] = pollInterval.map { .integer($0.milliseconds) }
    return .object(fields)
  }

  package init?(json: JSONValue) { self.init(json, isLegacy: json["isLegacy"] == true) }
}

/// Keeps the tasks of calls over the life of this process.
package protocol RemoteTaskKeeping: Sendable {
  /// The call became a task. Returns once that is as durable as it will be; the call fails where it throws.
  func began(_ task: RemoteTask) async throws
  /// Whether the task is to be cancelled with our call: not where the call goes on in a later life.
  var cancelsWithCall: Bool { get }
}
