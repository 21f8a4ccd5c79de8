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
    /// It is of the modern era, and of no use to us: why.
    case refused(String)
  }

  package static func decide(_ answer: Answer) -> Decision {
    switch answer {
    case .result(let value): among(value["supportedVersions"])
    case .error(let error) where error.code == ErrorKind.unsupportedVersion.code: among(error.data?["supported"])
    case .error(let error) where error.code == ErrorKind.missingCapability.code:
      .refused(
        "it serves only clients with capabilities that this one lacks"
          + (error.data?["requiredCapabilities"].map { ": \($0.jsonText.prefix(500))" }
            ?? "; it says: \(error.message)"))
    case .error: .initialize(restart: false)
    case .silence: .initialize(restart: true)
    }
  }

  /// Without a list of versions the answer is none of the modern era, whatever its code.
  private static func among(_ versions: JSONValue?) -> Decision {
    let offered = (versions?.arrayValue ?? []).compactMap(\.stringValue)
    if let newest = ProtocolRevision.modern.last(where: { offered.contains($0.rawValue) }) { return .modern(newest) }
    if offered.isEmpty || ProtocolRevision.legacy.contains(where: { offered.contains($0.rawValue) }) {
      return .initialize(restart: false)
    }
    let names = offered.prefix(20).joined(separator: ", ")
    return .refused("it offers the protocol versions \(names), none of which is supported")
  }
}
