package import SCRProtocol

/// Decides which era a server speaks from its answer to `server/discover` (capabilities.md §3.3). Pure.
///
/// Never keyed on one error code: servers of the older revisions answer an unknown method in every way there is.
package enum EraProbe {
  package enum Answer: Sendable {
    case result(JSONValue)
    case error(RPCError)
    /// Nothing within the time for the probe.
    case silence
  }

  package enum Decision: Sendable, Hashable {
    case modern(ProtocolRevision)
    /// `restart` after silence: the unanswered request may still sit in the server's way.
    case initialize(restart: Bool)
  }

  package static func decide(_ answer: Answer) -> Decision {
    switch answer {
    case .result(let value): modern(value["supportedVersions"]) ?? .initialize(restart: false)
    case .error(let error) where error.code == ErrorKind.unsupportedVersion.code:
      modern(error.data?["supported"]) ?? .initialize(restart: false)
    case .error: .initialize(restart: false)
    case .silence: .initialize(restart: true)
    }
  }

  private static func modern(_ versions: JSONValue?) -> Decision? {
    let offered = Set((versions?.arrayValue ?? []).compactMap(\.stringValue))
    return ProtocolRevision.modern.last { offered.contains($0.rawValue) }.map { .modern($0) }
  }
}
