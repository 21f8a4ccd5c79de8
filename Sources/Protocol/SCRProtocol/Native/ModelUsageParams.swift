/// Parameters of `model_usage`.
package struct ModelUsageParams: Sendable, Hashable {
  package var days: Int?
  package var by: [String]?

  package init() {}

  /// What rows may be told apart by.
  package static let distinctions = ["day", "task", "role", "provider", "model"]

  package static let shape = Shape(
    "ModelUsageParams", Self.init,
    .optional("days", \.days, .integer(1...400), "So many days, today included, in UTC; 30 unless given."),
    .optional(
      "by", \.by, .array(of: .oneOf(distinctions)), "What to tell apart; provider and model unless given."))
}
