/// Parameters of `health`.
package struct HealthParams: Sendable, Hashable {
  package var deep: Bool?

  package init() {}

  package static let shape = Shape(
    "HealthParams", Self.init,
    .optional("deep", \.deep, .bool, "Look for damaged rows and for the oldest queued task too."))
}

/// Parameters of `list_incidents`.
package struct ListIncidentsParams: Sendable, Hashable {
  package var cursor: String?
  package var limit: Int?

  package init() {}

  package static let shape = Shape(
    "ListIncidentsParams", Self.init,
    .optional("cursor", \.cursor, .string, "nextCursor of the page before."),
    .optional("limit", \.limit, .integer(1...200), "Incidents per page; 50 unless given."))
}
