import SCRProtocol
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Calls that become tasks, with `--tasks FILE`: the file keeps them over restarts, one JSON object a line, the last of
/// each task counts. A task is worked on until `--task-gate FILE` exists (if given), or for `polls` questions.
enum TaskTools {
  private static let lock = Mutex(())

  /// Arguments: `{polls?, questions?, end?: completed|failed|cancelled, line?}`.
  static func begin(_ id: JSONValue, _ params: JSONValue, _ options: Options) {
    lock.withLock { _ in
      let task = "task-\(getpid())-\(read(options).count + 1)"
      var record: JSONObject = ["taskId": .string(task), "asked": 0, "arguments": params["arguments"] ?? [:]]
      record["cancelled"] = false
      write(.object(record), options)
      if params["task"] != nil {
        let created: JSONValue = .object(["task": .object(state(.object(record), options, isLegacy: true))])
        return Wire.answer(id, created.objectValue ?? [:])
      }
      var created = state(.object(record), options, isLegacy: false)
      created["resultType"] = "task"
      for key in ["result", "error", "inputRequests"] { created[key] = nil }
      Wire.answer(id, created)
      if options.has("task-news") { Listens.tell("notifications/tasks", ["taskId": .string(task)]) }
    }
  }

  /// - Returns: false for methods that are none of these.
  static func answer(_ id: JSONValue, _ method: String, _ params: JSONValue, _ options: Options) -> Bool {
    guard method.hasPrefix("tasks/") else { return false }
    let isLegacy = options.has("legacy")
    let found: JSONValue? = lock.withLock { _ in
      guard let name = params["taskId"]?.stringValue, var record = read(options)[name]?.objectValue else { return nil }
      switch method {
      case "tasks/get": record["asked"] = .integer((record["asked"]?.integerValue ?? 0) + 1)
      case "tasks/update": record["answers"] = params["inputResponses"]
      case "tasks/cancel": record["cancelled"] = true
      default: break
      }
      write(.object(record), options)
      return .object(record)
    }
    guard let found else {
      Wire.refuse(id, -32602, "Unknown task")
      return true
    }
    switch method {
    case "tasks/get":
      var answer = state(found, options, isLegacy: isLegacy)
      if !isLegacy { answer["resultType"] = "complete" }
      Wire.answer(id, answer)
    case "tasks/result":
      let token = params["_meta"]?["progressToken"]
      onThread {
        let questions = found["arguments"]?["questions"]?.arrayValue ?? []
        let related: [JSONValue] = questions.map { question in
          var params = question["params"]?.objectValue ?? [:]
          params["_meta"] = ["io.modelcontextprotocol/related-task": ["taskId": found["taskId"] ?? .null]]
          return ["method": question["method"] ?? .null, "params": .object(params)]
        }
        let answers = Asking.ask(related, token)
        Wire.answer(
          id,
          ["content": [["type": "text", "text": "done"]], "structuredContent": ["answers": .array(answers)]])
      }
    default: Wire.answer(id, ["resultType": "complete"])
    }
    return true
  }

  private static func state(_ record: JSONValue, _ options: Options, isLegacy: Bool) -> JSONObject {
    let arguments = record["arguments"] ?? [:]
    let asked = record["asked"]?.integerValue ?? 0
    let isHeld = options.value("task-gate").map { access($0, F_OK) != 0 } ?? false
    let questions = arguments["questions"]?.objectValue ?? [:]
    var fields: JSONObject = [
      "taskId": record["taskId"] ?? .null, "createdAt": "2026-09-24T10:00:00Z",
      "lastUpdatedAt": "2026-09-24T10:00:00Z",
    ]
    fields[isLegacy ? "ttl" : "ttlMs"] = 3_600_000
    fields[isLegacy ? "pollInterval" : "pollIntervalMs"] = .integer(Int64(options.number("poll-ms") ?? 50))
    if record["cancelled"] == true {
      fields["status"] = "cancelled"
    } else if !isLegacy, !questions.isEmpty, record["answers"] == nil, asked > 0 {
      fields["status"] = "input_required"
      fields["inputRequests"] = .object(questions)
    } else if isHeld || asked <= arguments["polls"]?.integerValue ?? 1 {
      fields["status"] = isLegacy && arguments["questions"] != nil && asked > 0 ? "input_required" : "working"
    } else {
      let end = arguments["end"]?.stringValue ?? "completed"
      fields["status"] = .string(end)
      if end == "failed" { fields["error"] = ["code": -32000, "message": "the job broke"] }
      if end == "completed" {
        var structured: JSONObject = ["asked": .integer(asked)]
        structured["answers"] = record["answers"]
        fields["result"] = [
          "content": [["type": "text", "text": "done"]], "structuredContent": .object(structured), "isError": false,
        ]
      }
    }
    return fields
  }

  // MARK: The file

  private static func read(_ options: Options) -> [String: JSONValue] {
    guard let file = fopen(options.value("tasks") ?? "", "r") else { return [:] }
    defer { fclose(file) }
    var found: [String: JSONValue] = [:]
    var line: UnsafeMutablePointer<CChar>?
    var size = 0
    defer { free(line) }
    while getline(&line, &size, file) > 0, let text = line.map({ String(cString: $0) }) {
      guard let record = try? JSONParser.parse(text), let id = record["taskId"]?.stringValue else { continue }
      found[id] = record
    }
    return found
  }

  private static func write(_ record: JSONValue, _ options: Options) {
    let file = open(options.value("tasks") ?? "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    _ = (record.jsonText + "\n").withCString { put(file, $0, strlen($0)) }
    close(file)
  }

  static func onThread(_ body: @escaping @Sendable () -> Void) { Tools.onThread(body) }
}

/// `write` is the name of another function here.
private func put(_ file: Int32, _ text: UnsafePointer<CChar>, _ count: Int) -> Int { write(file, text, count) }
