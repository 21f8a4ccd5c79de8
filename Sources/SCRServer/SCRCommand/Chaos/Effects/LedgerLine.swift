import SCRProtocol

/// What a chaos tool did in one call: a line of its server's ledger.
struct LedgerLine: Sendable, Hashable {
  enum Kind: String, Sendable, Hashable {
    /// It took effect.
    case effect
    /// The same key had come before, so it only gave the same answer again.
    case replay
    /// It only looked.
    case look
    /// It refused, as the step wants it to, and did nothing.
    case refusal
  }

  var kind: Kind
  /// `server:number`, unique. Of a replay, that of the effect.
  var serial: String
  /// Milliseconds since 1970.
  var at: Int64
  /// Which start of the runtime the server belongs to.
  var life: Int
  var pid: Int32
  var tool: String
  /// `task/step`, as the plan wrote it.
  var token: String
  /// The idempotency key that came with the call.
  var key: String?
  /// How many calls of this token this server has seen, this one included.
  var call: Int
  /// The serial numbers that the plan passed on from the steps before.
  var from: [String: String]

  var json: JSONValue {
    var fields: JSONObject = [
      "kind": .string(kind.rawValue), "serial": .string(serial), "at": .integer(at), "life": .init(life),
      "pid": .integer(Int64(pid)), "tool": .string(tool), "token": .string(token),
    ]
    fields["key"] = key.map { .string($0) }
    fields["call"] = .init(call)
    if !from.isEmpty {
      fields["from"] = .object(
        JSONObject(from.sorted { $0.key < $1.key }.map { JSONField(key: $0.key, value: .string($0.value)) }))
    }
    return .object(fields)
  }
}

extension LedgerLine {
  /// Nil for what is no whole line of a ledger, such as one that a crash tore.
  init?(_ bytes: some Sequence<UInt8>) {
    guard let json = try? JSONParser.parse(bytes), let kind = json["kind"]?.stringValue.flatMap(Kind.init),
      let serial = json["serial"]?.stringValue, let at = json["at"]?.integerValue,
      let life = json["life"]?.integerValue, let pid = json["pid"]?.integerValue,
      let tool = json["tool"]?.stringValue, let token = json["token"]?.stringValue,
      let call = json["call"]?.integerValue
    else { return nil }
    var from: [String: String] = [:]
    for field in json["from"]?.objectValue ?? [:] { from[field.key] = field.value.stringValue }
    self.init(
      kind: kind, serial: serial, at: at, life: Int(life), pid: Int32(truncatingIfNeeded: pid), tool: tool,
      token: token, key: json["key"]?.stringValue, call: Int(call), from: from)
  }
}
