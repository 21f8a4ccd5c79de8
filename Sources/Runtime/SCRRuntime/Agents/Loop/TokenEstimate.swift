/// How many tokens a text has, from its bytes: one for each three until the provider has counted, and from then on as it
/// counted last in this conversation.
///
/// Three bytes are on the careful side of English (about four) and near to what scripts beyond ASCII need (two to three).
/// A count that is none of a real tokenizer's is bounded.
package struct TokenEstimate: Sendable, Hashable {
  package private(set) var bytesPerToken = 3.0

  private static let bounds = 1.0...8.0

  package init() {}

  package func tokens(_ bytes: Int) -> Int { Int((Double(max(0, bytes)) / bytesPerToken).rounded(.up)) }

  /// - Parameters:
  ///   - tokens: of a whole prompt, with what came from the provider's cache.
  ///   - bytes: that were sent as that prompt.
  package mutating func counted(_ tokens: Int64, in bytes: Int) {
    guard tokens > 0, bytes > 0 else { return }
    bytesPerToken = min(max(Double(bytes) / Double(tokens), Self.bounds.lowerBound), Self.bounds.upperBound)
  }
}
