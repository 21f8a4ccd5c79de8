/// The dated revisions of the Model Context Protocol, oldest first.
package enum ProtocolRevision: String, Sendable, Hashable, CaseIterable, Comparable {
  case november2024 = "2024-11-05"
  case march2025 = "2025-03-26"
  case june2025 = "2025-06-18"
  case november2025 = "2025-11-25"
  case july2026 = "2026-07-28"

  /// Those that begin with `initialize`.
  package static let legacy: [ProtocolRevision] = [.november2024, .march2025, .june2025, .november2025]
  /// Those that carry their version in every request.
  package static let modern: [ProtocolRevision] = [.july2026]

  package var isModern: Bool { self >= .july2026 }
  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// What `initialize` answers: the version asked for if it is a known legacy one, else the newest legacy one.
  package static func negotiate(_ requested: String?) -> ProtocolRevision {
    legacy.first { $0.rawValue == requested } ?? .november2025
  }
}

/// What one request speaks; decided at admission, per request.
package enum Era: Sendable, Hashable {
  case modern(ProtocolRevision)
  case legacy(ProtocolRevision)
  /// Plain JSON-RPC 2.0.
  case native

  /// The revision whose shapes an answer may use; native answers follow the newest.
  package var revision: ProtocolRevision {
    switch self {
    case .modern(let revision), .legacy(let revision): revision
    case .native: .july2026
    }
  }

  package var isModern: Bool { if case .modern = self { true } else { false } }
}

/// Reserved keys of `_meta` (MCP 2026-07-28, base protocol).
package enum MetaKey {
  package static let protocolVersion: StaticString = "io.modelcontextprotocol/protocolVersion"
  package static let clientInfo: StaticString = "io.modelcontextprotocol/clientInfo"
  package static let clientCapabilities: StaticString = "io.modelcontextprotocol/clientCapabilities"
  package static let serverInfo: StaticString = "io.modelcontextprotocol/serverInfo"
  package static let progressToken: StaticString = "progressToken"
  package static let logLevel: StaticString = "io.modelcontextprotocol/logLevel"
  package static let subscriptionID: StaticString = "io.modelcontextprotocol/subscriptionId"
  /// Revision 2025-11-25: `{taskId}`.
  package static let relatedTask: StaticString = "io.modelcontextprotocol/related-task"
  /// Ours: stable over the retries of one intent (interface.md §5).
  package static let idempotencyKey: StaticString = "dev.scr/idempotencyKey"
}
