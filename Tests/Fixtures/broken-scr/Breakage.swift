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
    /// Whoever answers a question is told that the answer counts.
    case agree
    /// An event that is sent comes twice.
    case echo
    /// A task begins before its moment.
    case early
    /// A tick is counted that gave no task.
    case ticks
    /// A child goes on after its parent has ended.
    case bereave
    /// The queue is said to be held, and is not.
    case rush
    /// A drained task does not say so.
    case unmarked
    /// A task may use more than its budget.
    case lavish
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
  /// Who answers a question, and what they say.
  private var answers: [Int64: JSONValue] = [:]
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
    case "answer_approval": answering(message)
    case "send_event" where kind == .echo: Outcome(toChild: [Self.copied(message), message])
    case "pause_queue" where kind == .rush, "drain_queue" where kind == .rush:
      Outcome(toChild: [message.setting("method", "queue_stats")])
    default: Outcome(toChild: [message])
    }
  }

  private mutating func answering(_ message: JSONValue) -> Outcome {
    if let id = message["id"]?.integerValue { answers[id] = message["params"] }
    return Outcome(toChild: [message])
  }

  /// The same request once more, under an id that nobody waits for.
  private static func copied(_ message: JSONValue) -> JSONValue { message.setting("id", .integer(ownCall + 1)) }

  private mutating func submit(_ message: JSONValue) -> Outcome {
    let params = message["params"]
    if let plan = params?["plan"], let title = plan["title"]?.stringValue { plans[title] = plan }
    if kind == .early || kind == .lavish {
      let member = kind == .early ? "runAt" : "budget"
      return Outcome(toChild: [message.setting("params", params?.setting(member, nil))])
    }
    guard kind == .keys, let key = params?["idempotencyKey"]?.stringValue, !keys.insert(key).inserted else {
      return Outcome(toChild: [message])
    }
    return Outcome(toChild: [message.setting("params", params?.setting("idempotencyKey", nil))])
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
    if message["id"] == .integer(Self.ownCall + 1) { return Outcome() }
    if held != nil {
      held?.append(message)
      return Outcome()
    }
    if let id = message["id"]?.integerValue, let said = answers.removeValue(forKey: id) {
      guard kind == .agree, message["error"] != nil else { return Outcome(toHost: [message]) }
      let answer: JSONValue = ["by": said["by"] ?? .null, "decision": said["decision"] ?? .null]
      return Outcome(toHost: [["jsonrpc": "2.0", "id": .integer(id), "result": ["answer": answer]]])
    }
    if kind == .ticks, let schedules = message["result"]?["schedules"]?.arrayValue {
      let counted = schedules.map { $0.setting("runs", .integer(($0["runs"]?.integerValue ?? 0) + 1)) }
      return Outcome(toHost: [message.setting("result", ["schedules": .array(counted)])])
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
      return message.setting(
        "result", message["result"]?.setting("state", "running").setting("result", nil))
    case .bereave where message["result"]?["parent"] != nil:
      let reason: JSONValue = ["kind": "waiting", "message": "it waits"]
      return message.setting(
        "result", message["result"]?.setting("state", "waiting").setting("reason", reason))
    case .unmarked where message["result"]?["reason"]?["kind"] == "drained":
      let reason: JSONValue = ["kind": "cancelled", "message": "somebody cancelled it"]
      return message.setting("result", message["result"]?.setting("reason", reason))
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

extension JSONValue {
  /// An object with another value of a member, or without it.
  fileprivate func setting(_ key: String, _ value: JSONValue?) -> JSONValue {
    guard var fields = objectValue else { return self }
    fields[key] = value
    return .object(fields)
  }
}
