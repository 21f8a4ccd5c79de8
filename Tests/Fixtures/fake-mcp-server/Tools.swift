import SCRProtocol
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the fake server can do. Every call runs on a thread of its own, so that calls overlap as they do in real servers.
enum Tools {
  static let names = [
    "append", "deafen", "die", "echo", "environment", "fail", "flaky", "grow", "hang", "heard", "progress", "spawn",
    "wait",
  ]

  private static let calls = Mutex<[String: Int]>([:])
  /// Methods that came, ids that were cancelled, and answers of the client.
  private static let heard = Mutex<[String]>([])
  private static let growth = Mutex(0)
  /// Tools beyond those at start.
  static var grown: Int { growth.withLock { $0 } }

  static func grow() {
    growth.withLock { $0 += 1 }
    Listens.tell("notifications/tools/list_changed", [:])
  }

  private static let lists = Mutex(0)

  /// - Returns: how many times the list was asked for, this one included.
  static func listed() -> Int {
    lists.withLock { lists in
      lists += 1
      return lists
    }
  }

  static func schema(_ name: String) -> JSONValue {
    switch name {
    case "append":
      ["type": "object", "properties": ["line": ["type": "string"], "ms": ["type": "integer"]], "required": ["line"]]
    case "wait": ["type": "object", "properties": ["ms": ["type": "integer"]], "required": ["ms"]]
    default: ["type": "object"]
    }
  }

  static func entry(_ name: String) -> JSONValue {
    ["name": .string(name), "description": .string("The tool \(name)"), "inputSchema": schema(name)]
  }

  static let odd: [JSONValue] = [
    ["name": "listing", "inputSchema": ["type": "array"]], ["name": "bare"], ["inputSchema": ["type": "object"]],
  ]

  static let taskEntries: [JSONValue] = [
    ["name": "job", "inputSchema": ["type": "object"], "execution": ["taskSupport": "required"]],
    ["name": "await", "inputSchema": ["type": "object"]],
  ]

  private static let requests = Mutex(0)

  /// Whether this request is the first of all.
  static var isFirst: Bool {
    requests.withLock { requests in
      requests += 1
      return requests == 1
    }
  }

  static func received(_ method: String) { heard.withLock { $0.append(method) } }

  static func answered(_ message: JSONValue) { heard.withLock { $0.append("answer \(message.jsonText)") } }

  /// A notification came.
  static func noticed(_ method: String, _ params: JSONValue) {
    guard method == "notifications/cancelled", let id = params["requestId"] else { return }
    Listens.cancelled(id)
    heard.withLock { $0.append("cancelled \(id.jsonText)") }
    Wire.stderr("cancelled \(id.jsonText)")
  }

  static func call(_ id: JSONValue, _ params: JSONValue, _ options: Options) {
    let name = params["name"]?.stringValue ?? ""
    let arguments = params["arguments"] ?? [:]
    if name == "deafen" {
      text(id, "reading no more")
      while true { pause() }
    }
    onThread {
      if options.has("scenario"), Scenarios.call(id, params) { return }
      switch name {
      case "echo": text(id, params.jsonText, structured: ["arguments": arguments, "meta": params["_meta"] ?? nil])
      case "environment": text(id, variables().joined(separator: "\n"))
      case "fail": text(id, "the disk is on fire", isError: true)
      case "flaky": flaky(id, times: arguments["failures"]?.integerValue ?? 1)
      case "die":
        Wire.stderr("dying as told")
        exit(9)
      case "hang":
        Wire.stderr("hanging")
        report(1, params["_meta"]?["progressToken"])
      case "heard": text(id, heard.withLock { $0.joined(separator: ", ") })
      case "await":
        // Answers once a method has come so often.
        let method = arguments["method"]?.stringValue ?? ""
        let count = arguments["count"]?.integerValue ?? 1
        while heard.withLock({ $0.count { $0 == method } }) < count { Wire.wait(milliseconds: 2) }
        text(id, "came")
      case "grow":
        grow()
        text(id, "grown")
      case "wait":
        Wire.wait(milliseconds: Int32(arguments["ms"]?.integerValue ?? 0))
        text(id, "waited")
      case "progress": progress(id, params["_meta"]?["progressToken"])
      case "append": append(id, arguments, params["_meta"]?["dev.scr/idempotencyKey"], options)
      case "spawn": text(id, "\(spawnSleeper())")
      // These are not listed.
      case "nan": Wire.line(#"{"jsonrpc":"2.0","id":\#(id.jsonText),"result":{"value":NaN}}"#)
      case "bloat": text(id, String(repeating: "x", count: 17 << 20))
      case "mutter":
        Wire.line("{\"id\": \"lost\u{1B}[0m\"")
        Wire.stderr("muttering")
      case "swell":
        // The id stands behind everything else.
        let text = String(repeating: "\\\"id\\\":1,", count: 3 << 20)
        Wire.line(#"{"jsonrpc":"2.0","result":{"content":[{"type":"text","text":"\#(text)"}]},"id":\#(id.jsonText)}"#)
      case "ask": Asking.rounds(id, params)
      case "quiz": Asking.requests(id, params)
      case "hasty": Asking.hasty(id, params)
      case "late": Asking.late(id)
      case "address": Asking.address(id)
      case "job": TaskTools.begin(id, params, options)
      case "touch":
        Content.touch()
        text(id, "touched")
      case "unlisten":
        Listens.end(gracefully: arguments["gracefully"] != false)
        text(id, "ended")
      case "sputter":
        // Progress every now and then, and an answer after all.
        for step in 1...(arguments["steps"]?.integerValue ?? 5) {
          Wire.wait(milliseconds: Int32(arguments["ms"]?.integerValue ?? 50))
          report(step, params["_meta"]?["progressToken"])
        }
        text(id, "sputtered")
      case "limit": Wire.refuse(id, -32000, "rate limit", data: ["retryAfter": 7])
      case _ where name.hasPrefix("extra_"): text(id, name)
      default: Wire.refuse(id, -32602, "Unknown tool: \(name)")
      }
    }
  }

  private static func text(_ id: JSONValue, _ text: String, structured: JSONValue? = nil, isError: Bool = false) {
    var result: JSONObject = [
      "resultType": "complete", "content": [["type": "text", "text": .string(text)]], "isError": .bool(isError),
    ]
    result["structuredContent"] = structured
    Wire.answer(id, result)
  }

  /// Everything that was handed to this process, sorted.
  private static func variables() -> [String] {
    var all: [String] = []
    var next = environ
    while let entry = next.pointee {
      all.append(String(cString: entry))
      next += 1
    }
    return all.sorted()
  }

  private static func flaky(_ id: JSONValue, times: Int64) {
    let count = calls.withLock { calls in
      calls["flaky", default: 0] += 1
      return calls["flaky", default: 0]
    }
    count <= times ? text(id, "failure \(count)", isError: true) : text(id, "worked at attempt \(count)")
  }

  private static func progress(_ id: JSONValue, _ token: JSONValue?) {
    for step in 1...3 { report(Int64(step), token) }
    text(id, "progressed")
  }

  private static func report(_ step: Int64, _ token: JSONValue?) {
    guard let token else { return }
    Wire.send([
      "jsonrpc": "2.0", "method": "notifications/progress",
      "params": ["progressToken": token, "progress": .integer(step), "total": 3],
    ])
  }

  /// Writes one line to the ledger, whole and flushed, before it answers: an effect that can be counted.
  private static func append(_ id: JSONValue, _ arguments: JSONValue, _ key: JSONValue?, _ options: Options) {
    let line = "\(arguments["line"]?.stringValue ?? "") \(key?.stringValue ?? "-")\n"
    let ledger = open(options.value("ledger") ?? "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    _ = line.withCString { write(ledger, $0, strlen($0)) }
    fsync(ledger)
    close(ledger)
    Wire.wait(milliseconds: Int32(arguments["ms"]?.integerValue ?? 0))
    if let gate = options.value("gate") { close(open(gate, O_RDONLY)) }
    text(id, "appended")
  }

  /// Starts a grandchild that outlives its parent unless somebody sees to it.
  private static func spawnSleeper() -> pid_t {
    var pid = pid_t()
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("600"), nil]
    defer { for argument in arguments { free(argument) } }
    return posix_spawnp(&pid, "sleep", nil, nil, &arguments, environ) == 0 ? pid : -1
  }

  static func onThread(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Body(run: body))
    pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    pthread_detach(thread)
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
