/// Replaces what differs from run to run: `<taskId:1>`, `<taskId:2>` in the order of appearance, `<memory:1>` likewise,
/// `<time>`, `<run>`, `<traceId>`, and `<number>` for durations, process ids and the numbers of events (those of agents
/// fall between them); and what differs from build to build: `<version>` and `<instructions>` of the server, and the
/// `<workspace>` it works in. Looks into strings that hold JSON, too.
package struct FrameNormalizer: Sendable {
  private var taskIDs: [String] = []
  private var memoryIDs: [String] = []
  /// Nil where there is none to name.
  private let workspace: String?
  private static let numbers: Set<String> = ["durationMs", "wallMs", "pid", "sequence", "nextSequence"]
  private static let texts = ["traceId": "<traceId>", "instructions": "<instructions>", "version": "<version>"]

  /// - Parameter workspace: the folder that the server works in, if it is to be named.
  package init(workspace: String?) { self.workspace = workspace }

  package mutating func normalize(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let fields):
      .object(JSONObject(fields.fields.map { JSONField(key: $0.key, value: normalize($0.value, of: $0.key)) }))
    case .array(let values): .array(values.map { normalize($0) })
    case .string(let text): .string(normalize(text))
    default: value
    }
  }

  private mutating func normalize(_ value: JSONValue, of key: String) -> JSONValue {
    if let text = Self.texts[key], value.stringValue != nil { return .string(text) }
    return Self.numbers.contains(key) && value.doubleValue != nil ? "<number>" : normalize(value)
  }

  private mutating func normalize(_ text: String) -> String {
    if text.hasPrefix("{"), let inner = try? JSONParser.parse(text) { return normalize(inner).jsonText }
    if Self.isTime(text) { return "<time>" }
    let named = workspace.map {
      text.split(separator: $0, omittingEmptySubsequences: false).joined(separator: "<workspace>")
    }
    return names(in: named ?? text)
  }

  /// A text with names where ids stand, and everything else as it is.
  package mutating func names(in text: String) -> String {
    let withoutRuns = Self.replacing(text, "run_") { _ in "<run>" }
    let withoutTasks = Self.replacing(withoutRuns, "task_") { "<taskId:\(Self.place(of: $0, in: &taskIDs))>" }
    let withoutSteering = Self.replacing(withoutTasks, "steer_") { _ in "<message>" }
    return Self.replacing(withoutSteering, "mem_") { "<memory:\(Self.place(of: $0, in: &memoryIDs))>" }
  }

  /// From 1, in the order of appearance.
  private static func place(of id: String, in ids: inout [String]) -> Int {
    if let place = ids.firstIndex(of: id) { return place + 1 }
    ids.append(id)
    return ids.count
  }

  /// A text with the ids of this run where their names stand.
  package func fill(_ text: String) -> String {
    var text = text
    if let workspace { text = Self.replace("<workspace>", by: workspace, in: text) }
    for (place, id) in taskIDs.enumerated() { text = Self.replace("<taskId:\(place + 1)>", by: id, in: text) }
    for (place, id) in memoryIDs.enumerated() { text = Self.replace("<memory:\(place + 1)>", by: id, in: text) }
    return text
  }

  private static func replace(_ name: String, by id: String, in text: String) -> String {
    text.split(separator: name, omittingEmptySubsequences: false).joined(separator: id)
  }

  /// Replaces every `prefix` that 32 hexadecimal digits follow, digits included.
  private static func replacing(_ text: String, _ prefix: String, by replacement: (String) -> String) -> String {
    let parts = text.split(separator: prefix, omittingEmptySubsequences: false)
    var result = String(parts[0])
    for part in parts.dropFirst() {
      let digits = part.prefix(32)
      if digits.count == 32, digits.allSatisfy(\.isHexDigit) {
        result += replacement(prefix + digits) + part.dropFirst(32)
      } else {
        result += prefix + part
      }
    }
    return result
  }

  private static func isTime(_ text: String) -> Bool {
    let pattern = Array("dddd-dd-ddTdd:dd:dd".utf8)
    let bytes = Array(text.utf8)
    guard bytes.count > pattern.count, bytes.last == UInt8(ascii: "Z") else { return false }
    return zip(bytes, pattern).allSatisfy { byte, wanted in
      wanted == UInt8(ascii: "d") ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == wanted
    }
  }
}
