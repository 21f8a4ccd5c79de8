/// What the runtime's resources are called.
enum RuntimeURI: Sendable, Hashable {
  case status
  /// The event log behind a number; from its beginning at 0.
  case events(since: Int64)
  case task(String)
  case result(String)
  case taskEvents(String)
  case findings(String)
  /// What a step gave.
  case artifact(task: String, step: String)
  case memory(String)

  private static let scheme = "scr://"

  /// Nil for a URI that is none of ours.
  init?(_ text: String) {
    guard text.hasPrefix(Self.scheme) else { return nil }
    let parts = text.dropFirst(Self.scheme.count).split(separator: "/", omittingEmptySubsequences: false).map(
      String.init)
    switch (parts.first, parts.count) {
    case ("status", 1): self = .status
    case ("events", 1): self = .events(since: 0)
    case ("events", 2):
      guard let since = Int64(parts[1]), since >= 0, String(since) == parts[1] else { return nil }
      self = .events(since: since)
    case ("memory", 2): self = .memory(parts[1])
    case ("task", 2): self = .task(parts[1])
    case ("task", 3) where parts[2] == "result": self = .result(parts[1])
    case ("task", 3) where parts[2] == "events": self = .taskEvents(parts[1])
    case ("task", 3) where parts[2] == "findings": self = .findings(parts[1])
    case ("task", 4) where parts[2] == "artifact": self = .artifact(task: parts[1], step: parts[3])
    default: return nil
    }
    if parts.contains("") { return nil }
  }

  var text: String {
    let path =
      switch self {
      case .status: "status"
      case .events(0): "events"
      case .events(let since): "events/\(since)"
      case .task(let id): "task/\(id)"
      case .result(let id): "task/\(id)/result"
      case .taskEvents(let id): "task/\(id)/events"
      case .findings(let id): "task/\(id)/findings"
      case .artifact(let id, let step): "task/\(id)/artifact/\(step)"
      case .memory(let id): "memory/\(id)"
      }
    return Self.scheme + path
  }

  /// The task whose events change it.
  var taskID: String? {
    switch self {
    case .task(let id), .result(let id), .taskEvents(let id), .findings(let id), .artifact(let id, _): id
    case .status, .events, .memory: nil
    }
  }
}
