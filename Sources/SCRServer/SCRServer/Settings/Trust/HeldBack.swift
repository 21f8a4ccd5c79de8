import SCRProtocol

/// The part of `./scr.yaml` that waits for consent, beside the part that does not need it.
struct HeldBack: Sendable {
  let path: String
  let digest: String
  let isGranted: Bool
  /// What applies without consent.
  let free: [Assignment]
  let guarded: [Assignment]

  init(_ assignments: [Assignment], path: String, trust: Trust) {
    self.path = path
    guarded = assignments.filter { $0.setting.traits.consent == .required }
    free = assignments.filter { $0.setting.traits.consent != .required }
    digest = Trust.digest(.object(JSONObject(guarded.map { JSONField(key: $0.path, value: $0.value) })))
    isGranted = guarded.isEmpty || trust.allows(path: path, digest: digest)
  }

  /// Names of the servers that it defines or changes, in order.
  var servers: [String] {
    Set(guarded.filter { $0.path.hasPrefix("mcp.servers.") }.map(\.record)).sorted()
  }

  var wishes: [ConsentRequest.Wish] { guarded.map { ConsentRequest.Wish(path: $0.path, value: $0.value) } }

  func notices(trusted: Settings) -> [SourceProblem] {
    if isGranted { return [] }
    return guarded.filter { !$0.path.hasPrefix("mcp.servers.") || trusted.mcp.servers[$0.record] != nil }.map {
      SourceProblem(
        .needsConsent, at: $0.origin, path: $0.path, "not applied, since this file lies in the working directory",
        hint: "`scr mcp trust` shows it and records your consent")
    }
  }
}
