package import SCRProtocol

/// Notices a task that goes round in circles, from the fingerprints of its latest tool calls alone.
package struct LoopDetector: Sendable, Hashable {
  /// All at least 2, but for the cap, which is at least 1; the window is at most 256 calls.
  package struct Limits: Sendable, Hashable {
    /// The same call with the same result, so often in a row.
    package var identicalCalls: Int
    /// The same error, so often in a row, whatever was called.
    package var identicalErrors: Int
    /// Two different calls in turn, each with the same result every time: A B A B A B is three.
    package var oscillations: Int
    /// Tool calls of the task in all.
    package var totalCalls: Int

    package init(
      identicalCalls: Int = 5, identicalErrors: Int = 5, oscillations: Int = 3, totalCalls: Int = 1000
    ) {
      self.identicalCalls = min(max(identicalCalls, 2), 256)
      self.identicalErrors = min(max(identicalErrors, 2), 256)
      self.oscillations = min(max(oscillations, 2), 128)
      self.totalCalls = max(totalCalls, 1)
    }

    var window: Int { max(identicalCalls, identicalErrors, oscillations * 2) }
  }

  package private(set) var limits: Limits
  package private(set) var calls: Int
  private(set) var recent: [LoopCall] = []

  package init(_ limits: Limits = Limits()) {
    self.limits = limits
    calls = 0
  }

  /// Notes a call that has ended.
  /// - Returns: what is wrong; nil if nothing is. The caller stops the task, or asks somebody.
  package mutating func note(_ call: LoopCall) -> LoopVerdict? {
    calls += 1
    recent.append(call)
    if recent.count > limits.window { recent.removeFirst(recent.count - limits.window) }
    return verdict
  }

  /// What the newest call has brought to light, until ``allow()``.
  package var verdict: LoopVerdict? {
    guard let call = recent.last else { return nil }
    if calls >= limits.totalCalls { return LoopVerdict(.tooManyCalls, calls, call.tool) }
    let same = run { $0.call == call.call && $0.result == call.result }
    if same >= limits.identicalCalls { return LoopVerdict(.identicalCalls, same, call.tool) }
    if let error = call.error {
      let errors = run { $0.error == error }
      if errors >= limits.identicalErrors { return LoopVerdict(.identicalErrors, errors, call.tool) }
    }
    if let other = partner(of: call) { return LoopVerdict(.oscillation, limits.oscillations, call.tool, other) }
    return nil
  }

  /// Somebody has looked and lets the task go on: the window begins anew, the cap gets room for as many calls again.
  package mutating func allow() {
    recent = []
    let (cap, overflow) = limits.totalCalls.addingReportingOverflow(calls)
    if calls >= limits.totalCalls { limits.totalCalls = overflow ? .max : cap }
  }

  private func run(_ isSame: (LoopCall) -> Bool) -> Int {
    recent.reversed().prefix(while: isSame).count
  }

  /// The tool of the other call, if the window ends with the two in turn.
  private func partner(of call: LoopCall) -> String? {
    let tail = Array(recent.suffix(limits.oscillations * 2))
    guard tail.count == limits.oscillations * 2, let first = tail.first, first != call else { return nil }
    let alternates = tail.indices.allSatisfy { tail[$0] == (($0.isMultiple(of: 2)) ? first : call) }
    return alternates ? first.tool : nil
  }
}

/// One tool call as the detector remembers it: digests, so that its size is bounded.
package struct LoopCall: Sendable, Hashable {
  /// For sentences; cut to 128 characters.
  package let tool: String
  /// SHA-256 of the tool and its arguments.
  let call: String
  /// SHA-256 of the result.
  let result: String
  /// SHA-256 of the error; nil for a call that worked.
  let error: String?

  /// - Parameters:
  ///   - result: the tool's answer; where `isError` is true, the error.
  package init(tool: String, arguments: JSONObject, result: JSONValue, isError: Bool) {
    self.tool = String(tool.prefix(128))
    call = SHA256.hex(JSONValue.array([.string(tool), .object(arguments)]).canonical.encoded)
    self.result = SHA256.hex(JSONValue.array([.bool(isError), result]).canonical.encoded)
    error = isError ? self.result : nil
  }

  var json: JSONValue {
    ["tool": .string(tool), "call": .string(call), "result": .string(result), "isError": .bool(error != nil)]
  }

  init?(json: JSONValue) {
    guard let tool = json["tool"]?.stringValue, tool.count <= 128, let call = json["call"]?.stringValue,
      let result = json["result"]?.stringValue, let isError = json["isError"]?.boolValue,
      call.utf8.count == 64, result.utf8.count == 64
    else { return nil }
    self.tool = tool
    self.call = call
    self.result = result
    error = isError ? result : nil
  }
}

extension LoopDetector {
  package var json: JSONValue {
    [
      "identicalCalls": JSONValue(limits.identicalCalls), "identicalErrors": JSONValue(limits.identicalErrors),
      "oscillations": JSONValue(limits.oscillations), "totalCalls": JSONValue(limits.totalCalls),
      "calls": JSONValue(calls), "recent": .array(recent.map(\.json)),
    ]
  }

  /// Nil for what ``json`` never gives.
  package init?(json: JSONValue) {
    func number(_ name: String) -> Int? { json[name]?.integerValue.flatMap { Int(exactly: $0) } }
    guard let identicalCalls = number("identicalCalls"), let identicalErrors = number("identicalErrors"),
      let oscillations = number("oscillations"), let totalCalls = number("totalCalls"), let calls = number("calls"),
      calls >= 0, let recent = json["recent"]?.arrayValue
    else { return nil }
    let limits = Limits(
      identicalCalls: identicalCalls, identicalErrors: identicalErrors, oscillations: oscillations,
      totalCalls: totalCalls)
    let read = recent.suffix(limits.window).compactMap(LoopCall.init)
    guard read.count == min(recent.count, limits.window) else { return nil }
    (self.limits, self.calls, self.recent) = (limits, calls, read)
  }
}
