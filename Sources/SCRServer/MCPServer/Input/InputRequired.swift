package import SCRProtocol

/// Thrown by a provider that needs answers of the client and keeps nothing meanwhile: it is called again with
/// ``RequestContext/inputResponses`` and ``RequestContext/state``. In revisions without such results the kit asks and
/// calls again by itself.
package struct InputRequired: Error, Sendable, Hashable {
  package var requests: [String: InputRequest]
  /// What the provider wants back. It travels through the client, who can read it and cannot change it.
  package var state: JSONValue?

  package init(_ requests: [String: InputRequest], state: JSONValue? = nil) {
    self.requests = requests
    self.state = state
  }
}
