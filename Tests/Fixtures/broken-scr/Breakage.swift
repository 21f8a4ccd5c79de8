import SCRProtocol

/// How a conversation is spoilt. Everything else passes as it is.
struct Breakage {
  enum Kind: String {
    /// A task that was accepted is not known later.
    case lose
    /// A tool is called once more for a step that completed.
    case again
    /// A key that came before makes another task.
    case keys
    /// A task is still running, for ever.
    case unexplained
    /// Steps gave something else than their tools did.
    case results
    /// Leaves a process behind.
    case orphan
    /// A second runtime is let in.
    case owner
    /// Does not start.
    case refuse
  }

  struct Outcome {
    var toChild: [JSONValue] = []
    var toHost: [JSONValue] = []
  }

  private let kind: Kind
  private var victim: String?
  private var keys: Set<String> = []
  private var plans: [String: JSONValue] = [:]
  private var titles: [String: String] = [:]
  private var gets: [Int64: String] = [:]
  /// What waits until our own call is answered; nil while there is none.
  private var held: [JSONValue]?
  private var isDone = false
  private static let ownCall: Int64 = 1 << 50

  init(_ kind: Kind) { self.kind = kind }

  // MARK: From the host

  mutating func request(_ message: JSONValue) -> Outcome {
    switch message["method"]?.stringValue {
    case "submit_task": submit(message)
    case "get_task": get(message)
    default: Outcome(toChild: [message])
    }
  }

  private mutating func submit(_ message: JSONValue) -> Outcome {
    let params = message["params"]
    if let plan = params?["plan"], let title = plan["title"]?.stringValue { plans[title] = plan }
    guard kind == .keys, let key = params?["idempotencyKey"]?.stringValue, !keys.insert(key).inserted else {
      return Outcome(toChild: [message])
    }
    var fields = message.objectValue ?? [:]
    var inner = params?.objectValue ?? [:]
    inner["idempotencyKey"] = nil
    fields["params"] = .object(inner)
    return Outcome(toChild: [.object(fields)])
  }

  private mutating func get(_ message: JSONValue) -> Outcome {
    guard let id = message["id"]?.integerValue, let task = message["params"]?["taskId"]?.stringValue else {
      return Outcome(toChild: [message])
    }
    victim = victim ?? task
    if kind == .lose, task == victim {
      let error: JSONValue = ["code": 1000, "message": "there is no such task", "data": ["kind": "not_found"]]
      return Outcome(toHost: [["jsonrpc": "2.0", "id": .integer(id), "error": error]])
    }
    gets[id] = task
    return Outcome(toChild: [message])
  }

  // MARK: From the child

  mutating func answer(_ message: JSONValue) -> Outcome {
    if message["id"] == .integer(Self.ownCall) {
      defer { held = nil }
      return Outcome(toHost: held ?? [])
    }
    if held != nil {
      held?.append(message)
      return Outcome()
    }
    if let id = message["id"]?.integerValue, let task = gets.removeValue(forKey: id) {
      return Outcome(toHost: [spoilt(message, task)])
    }
    if message["method"] == "event", let params = message["params"] { return event(message, params) }
    return Outcome(toHost: [message])
  }

  private func spoilt(_ message: JSONValue, _ task: String) -> JSONValue {
    switch kind {
    case .unexplained where task == victim:
      var fields = message.objectValue ?? [:]
      var result = message["result"]?.objectValue ?? [:]
      result["state"] = "running"
      result["result"] = nil
      fields["result"] = .object(result)
      return .object(fields)
    case .results:
      let text = message.jsonText.replacing("\"serial\":\"alpha:", with: "\"serial\":\"omega:")
      return (try? JSONParser.parse(text)) ?? message
    default: return message
    }
  }

  /// The news of the first step that completed is held back until its tool was called once more.
  private mutating func event(_ message: JSONValue, _ params: JSONValue) -> Outcome {
    guard kind == .again, !isDone, let task = params["taskId"]?.stringValue else { return Outcome(toHost: [message]) }
    if params["kind"] == "task.submitted" { titles[task] = params["data"]?["title"]?.stringValue }
    guard params["kind"] == "step.completed", let plan = titles[task].flatMap({ plans[$0] }),
      let step = plan["steps"]?.arrayValue?.first(where: { $0["id"] == params["stepId"] }),
      step["tool"]?.stringValue?.hasSuffix("apply") == true, step["arguments"]?["from"] == nil
    else { return Outcome(toHost: [message]) }
    isDone = true
    held = [message]
    let call: JSONValue = [
      "jsonrpc": "2.0", "id": .integer(Self.ownCall), "method": "execute_tool",
      "params": ["name": step["tool"] ?? "", "arguments": step["arguments"] ?? [:]],
    ]
    return Outcome(toChild: [call])
  }
}
