package import SCRProtocol

/// Makes `requestState`, which travels through a client that may be hostile: signed, good for one request (method, name
/// and arguments) and for some time.
package struct RequestStateSeal: Sendable {
  package enum Content: Sendable, Hashable {
    /// Names a call that waits.
    case call(Int64)
    /// What a provider wants back.
    case state(JSONValue)
  }

  /// What a request is about, as 64 hexadecimal digits.
  package typealias Digest = String

  private let key: HMACSHA256
  private let now: @Sendable () -> Int64
  private let lifetime: Duration

  /// - Parameters:
  ///   - key: of this process alone unless servers that take each other's clients share it.
  ///   - now: milliseconds since 1970.
  package init(key: HMACSHA256 = .random(), now: @escaping @Sendable () -> Int64, lifetime: Duration) {
    self.key = key
    self.now = now
    self.lifetime = lifetime
  }

  package static func digest(method: String, subject: String, arguments: JSONValue?) -> Digest {
    let whole: JSONValue = [.string(method), .string(subject), arguments?.canonical ?? [:]]
    return SHA256.hex(whole.encoded)
  }

  package func close(_ content: Content, for digest: Digest) -> String {
    var fields: JSONObject = [
      "until": .integer(now() + Int64(lifetime / .milliseconds(1))), "for": .string(digest),
    ]
    switch content {
    case .call(let ticket): fields["call"] = .integer(ticket)
    case .state(let state): fields["state"] = state
    }
    let payload = JSONValue.object(fields).encoded
    return "\(Base64URL.encode(payload)).\(Base64URL.encode(key.code(payload)))"
  }

  /// - Throws: `RPCError` −32602 that does not say what of it was wrong, save that it is too old.
  package func open(_ blob: String, for digest: Digest) throws(RPCError) -> Content {
    let parts = blob.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let payload = Base64URL.decode(String(parts[0])),
      let code = Base64URL.decode(String(parts[1])), key.isValid(code, for: payload),
      let fields = try? JSONParser.parse(payload), fields["for"]?.stringValue == digest
    else { throw Self.error("was not made by this server for this request") }
    guard let until = fields["until"]?.integerValue, until > now() else { throw Self.error("is too old") }
    if let ticket = fields["call"]?.integerValue { return .call(ticket) }
    return .state(fields["state"] ?? .null)
  }

  static func error(_ fault: String) -> RPCError {
    RPCError(
      .invalidParams, "the \"requestState\" \(fault)", path: "params.requestState",
      hint: "send the request again without it")
  }
}
