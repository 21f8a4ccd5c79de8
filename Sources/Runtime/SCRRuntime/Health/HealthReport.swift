package import SCRProtocol

/// Whether the runtime can do its work, part by part.
package struct HealthReport: Sendable, Hashable {
  /// The worst of the checks.
  package var status: HealthStatus
  package var checks: [HealthCheck]
  /// Incidents that are kept.
  package var incidents: Int

  package init(_ checks: [HealthCheck], incidents: Int) {
    status = checks.map(\.status).max() ?? .ok
    self.checks = checks
    self.incidents = incidents
  }

  /// `{status, reasons, checks, incidents}`; `reasons` has the details of all that is not well.
  package var json: JSONObject {
    [
      "status": .string(status.name),
      "reasons": .array(checks.filter { $0.status != .ok }.map { .string($0.detail) }),
      "checks": .array(checks.map(\.json)),
      "incidents": JSONValue(incidents),
    ]
  }
}

/// The greater the worse.
package enum HealthStatus: Int, Sendable, Hashable, Comparable {
  case ok, degraded, down

  package var name: String {
    switch self {
    case .ok: "ok"
    case .degraded: "degraded"
    case .down: "down"
    }
  }

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

package struct HealthCheck: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable {
    case store, queue, agents, servers, disk, clock
  }

  /// The kind, or the server.
  package var name: String
  package var kind: Kind
  package var status: HealthStatus
  package var detail: String
  package var since: Timestamp?
  package var hint: String?

  package init(
    _ kind: Kind, name: String? = nil, _ status: HealthStatus, _ detail: String, since: Timestamp? = nil,
    hint: String? = nil
  ) {
    self.name = name ?? kind.rawValue
    self.kind = kind
    self.status = status
    self.detail = detail
    self.since = since
    self.hint = hint
  }

  /// `{name, kind, status, detail, since?, hint?}`.
  package var json: JSONValue {
    var fields: JSONObject = [
      "name": .string(name), "kind": .string(kind.rawValue), "status": .string(status.name),
      "detail": .string(detail),
    ]
    fields["since"] = since.map { .string($0.description) }
    fields["hint"] = hint.map { .string($0) }
    return .object(fields)
  }
}
