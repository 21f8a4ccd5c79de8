import SCRProtocol

/// Events that came for a task before it waited for them, oldest first. At most ``limit`` are kept.
struct Mailbox: Sendable, Hashable {
  struct Letter: Sendable, Hashable {
    var event: EventName
    var payload: JSONValue
    var by: String
    var at: Timestamp
  }

  static let kind = DocumentKind(rawValue: "event")
  /// Events that one task keeps.
  static let limit = 100
  /// Bytes of all that a task keeps.
  static let bytes = 4 << 20

  let taskID: TaskID
  var letters: [Letter] = []
  /// Of its document; nil while there is none.
  let revision: Int64?

  init(taskID: TaskID, _ document: StoreDocument? = nil) {
    self.taskID = taskID
    revision = document?.revision
    letters = (document?.body["events"]?.arrayValue ?? []).compactMap(Letter.init)
  }

  func document(now: Timestamp) -> StoreDocument {
    StoreDocument(
      Self.kind, id: taskID.text, taskID: taskID, isOpen: !letters.isEmpty,
      body: ["events": .array(letters.map(\.json))], now: now)
  }

  static let full =
    "the task keeps as many events as it may (\(limit), \(bytes >> 20) MiB): it has to wait for some of them first"

  /// Why it may not hold so much; nil where it may.
  var overflow: String? {
    let size = letters.reduce(0) { $0 + $1.payload.encoded.count }
    return letters.count > Self.limit || size > Self.bytes ? Self.full : nil
  }

  /// Takes out the oldest event that a wait accepts.
  mutating func take(for event: EventName) -> Letter? {
    guard let place = letters.firstIndex(where: { event.accepts($0.event) }) else { return nil }
    return letters.remove(at: place)
  }
}

extension Mailbox.Letter {
  init?(json: JSONValue) {
    guard let name = json["name"]?.stringValue, let by = json["by"]?.stringValue,
      let at = json["at"]?.stringValue.flatMap(Timestamp.init)
    else { return nil }
    self.init(
      event: EventName(name, key: json["key"]?.stringValue), payload: json["payload"] ?? .null, by: by, at: at)
  }

  var json: JSONValue {
    var fields: JSONObject = ["name": .string(event.name)]
    fields["key"] = event.key.map { .string($0) }
    fields["payload"] = payload
    fields["by"] = .string(by)
    fields["at"] = .string(at.description)
    return .object(fields)
  }
}
