import SCRProtocol
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Tools that ask their client something, in the manner of either era. Each call's arguments are its script.
enum Asking {
  private struct State {
    /// What has come for a script: the params of each of its requests.
    var rounds: [JSONValue: [JSONValue]] = [:]
    var answers: [JSONValue: JSONValue] = [:]
    var last = 0
  }

  private static let state = Mutex(State())

  /// 2026-07-28: answers with the results in `rounds` one after the other, then with all that came, as
  /// `{received: [{id, inputResponses?, requestState?, declared}]}`.
  static func rounds(_ id: JSONValue, _ params: JSONValue) {
    let script = params["arguments"] ?? [:]
    var came: JSONObject = ["id": id]
    came["inputResponses"] = params["inputResponses"]
    came["requestState"] = params["requestState"]
    came["declared"] = params["_meta"]?["io.modelcontextprotocol/clientCapabilities"]
    let received = state.withLock { state in
      state.rounds[script, default: []].append(.object(came))
      return state.rounds[script] ?? []
    }
    let rounds = script["rounds"]?.arrayValue ?? []
    if script["endless"] == true || received.count <= rounds.count {
      var result = rounds[(received.count - 1) % rounds.count].objectValue ?? [:]
      if result["resultType"] == nil { result["resultType"] = "input_required" }
      return Wire.answer(id, result)
    }
    var result: JSONObject = [
      "content": [["type": "text", "text": "asked"]], "isError": false,
      "structuredContent": ["received": .array(received)],
    ]
    if script["plain"] != true { result["resultType"] = "complete" }
    Wire.answer(id, result)
  }

  /// Legacy: sends the requests in `requests` at once and answers with the answers, in their order.
  static func requests(_ id: JSONValue, _ params: JSONValue) {
    let token = params["_meta"]?["progressToken"]
    let answers = ask(params["arguments"]?["requests"]?.arrayValue ?? [], token)
    Wire.answer(
      id,
      [
        "content": [["type": "text", "text": "asked"]], "isError": false,
        "structuredContent": ["answers": .array(answers)],
      ])
  }

  static func ask(_ requests: [JSONValue], _ token: JSONValue?, wait: Bool = true) -> [JSONValue] {
    let ids = requests.map { request in
      let id: JSONValue = state.withLock { state in
        state.last += 1
        return .string("q\(state.last)")
      }
      var message: JSONObject = ["jsonrpc": "2.0", "id": id, "method": request["method"] ?? .null]
      var params = request["params"]?.objectValue
      if request["names"] == "token", let token { params?["_meta"] = ["progressToken": token] }
      message["params"] = params.map { .object($0) }
      Wire.send(.object(message))
      return id
    }
    return wait ? ids.map(answer) : []
  }

  /// The call is answered before its question is.
  static func hasty(_ id: JSONValue, _ params: JSONValue) {
    _ = ask(params["arguments"]?["requests"]?.arrayValue ?? [], nil, wait: false)
    Wire.wait(milliseconds: 50)
    Wire.answer(id, ["content": [["type": "text", "text": "hasty"]], "isError": false])
  }

  /// What came as answer to the hasty ones.
  static func late(_ id: JSONValue) {
    let answer = answer(.string("q1"))
    Wire.answer(id, ["content": [], "structuredContent": ["answer": answer]])
  }

  /// `{result}` or `{error}` without the envelope.
  private static func answer(_ id: JSONValue) -> JSONValue {
    while true {
      if let answer = state.withLock({ $0.answers.removeValue(forKey: id) }) { return answer }
      Wire.wait(milliseconds: 2)
    }
  }

  static func answered(_ message: JSONValue) {
    guard let id = message["id"] else { return }
    var answer: JSONObject = [:]
    answer["result"] = message["result"]
    answer["error"] = message["error"]
    state.withLock { $0.answers[id] = .object(answer) }
  }

  /// 2025-11-25: an address has to be opened first.
  static func address(_ id: JSONValue) {
    let tries = state.withLock { state -> Int in
      state.rounds["address", default: []].append(id)
      return state.rounds["address"]?.count ?? 0
    }
    if tries > 1 { return Wire.answer(id, ["content": [["type": "text", "text": "opened"]]]) }
    Wire.refuse(
      id, -32042, "Open the address first",
      data: [
        "elicitations": [
          ["mode": "url", "elicitationId": "e1", "url": "https://example.org/login", "message": "Please log in"]
        ]
      ])
  }
}
