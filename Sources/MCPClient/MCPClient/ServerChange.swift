/// What a server says has changed at its side.
package enum ServerChange: Sendable, Hashable {
  case tools
  case prompts
  case resources
  /// What one resource holds.
  case resource(String)
}
