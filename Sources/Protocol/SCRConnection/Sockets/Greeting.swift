import SCRProtocol

/// The first line in both directions of a socket, before any byte of a client.
///
/// `{"scr":{"protocol":1,"version":"0.1.0","role":"bridge","pid":4711,"traits":{…},"refused":"…"}}`. The peer that
/// connects speaks first. Members that are unknown are passed over, so that a later version may say more; what changes
/// the meaning of what follows gets another number.
package struct Greeting: Sendable, Hashable {
  package struct Role: Sendable, Hashable {
    package let name: String
    package init(name: String) { self.name = name }
    /// Who has the state directory.
    package static let owner = Role(name: "owner")
    /// Carries the bytes of one host.
    package static let bridge = Role(name: "bridge")
    /// One command of a person or a script.
    package static let command = Role(name: "command")
  }

  /// What this build speaks.
  package static let currentProtocol = 1
  /// Bytes of the line, newline included.
  package static let limit = 16 << 10

  package var protocolNumber: Int
  /// Of the program.
  package var version: String
  package var role: Role
  package var pid: Int32
  /// What decides what a client gets, in words for people and without secrets, by names for people.
  package var traits: [String: String]
  /// Why the peer is not served; nil if it is.
  package var refusal: String?

  package init(
    version: String, role: Role, pid: Int32, traits: [String: String] = [:], refusal: String? = nil,
    protocolNumber: Int = Self.currentProtocol
  ) {
    self.protocolNumber = protocolNumber
    self.version = version
    self.role = role
    self.pid = pid
    self.traits = traits
    self.refusal = refusal
  }

  /// The same, from somebody who does not serve.
  package func refusing(_ reason: String) -> Greeting {
    var greeting = self
    greeting.refusal = reason
    return greeting
  }

  // MARK: The wire

  /// With its newline.
  package var line: [UInt8] {
    var fields: JSONObject = [
      "protocol": JSONValue(protocolNumber), "version": .string(version), "role": .string(role.name),
      "pid": .integer(Int64(pid)),
    ]
    if !traits.isEmpty {
      let sorted = traits.sorted { $0.key < $1.key }
      fields["traits"] = .object(JSONObject(sorted.map { JSONField(key: $0.key, value: .string($0.value)) }))
    }
    fields["refused"] = refusal.map { .string($0) }
    return JSONValue.object(["scr": .object(fields)]).encoded + [0x0A]
  }

  /// Reads a line without its newline; nil if it is no greeting. Of another protocol only its number and the version are
  /// certain to be there.
  package init?(_ line: some Collection<UInt8>) {
    guard let value = try? JSONParser.parse(Array(line)), let fields = value["scr"],
      let number = fields["protocol"]?.integerValue, let version = fields["version"]?.stringValue
    else { return nil }
    let traits = fields["traits"]?.objectValue ?? [:]
    self.init(
      version: String(version.prefix(64)), role: Role(name: String((fields["role"]?.stringValue ?? "").prefix(64))),
      pid: Int32(clamping: fields["pid"]?.integerValue ?? 0),
      traits: Dictionary(traits.compactMap { field in field.value.stringValue.map { (field.key, $0) } }) { $1 },
      refusal: fields["refused"]?.stringValue, protocolNumber: Int(clamping: number))
  }

  // MARK: The rule of versions

  /// Why these two cannot talk; nil if they can. Both sides judge alike.
  package func mismatch(with other: Greeting) -> String? {
    if other.protocolNumber == protocolNumber { return nil }
    return "scr \(version) speaks protocol \(protocolNumber) and scr \(other.version) protocol \(other.protocolNumber)"
  }

  /// The names of traits in which the two differ, sorted.
  package func differences(from other: Greeting) -> [String] {
    Set(traits.keys).intersection(other.traits.keys).filter { traits[$0] != other.traits[$0] }.sorted()
  }
}
