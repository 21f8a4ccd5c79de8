package import SCRProtocol

/// What a server offers beside tools, as it listed it.
package struct ServerContent: Sendable, Hashable {
  /// Each has a `uri`.
  package var resources: [JSONObject]
  /// Each has a `uriTemplate`.
  package var templates: [JSONObject]
  /// Each has a `name`.
  package var prompts: [JSONObject]

  package init(resources: [JSONObject] = [], templates: [JSONObject] = [], prompts: [JSONObject] = []) {
    self.resources = resources
    self.templates = templates
    self.prompts = prompts
  }
}
