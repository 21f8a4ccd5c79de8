package import SCRProtocol

/// Something that is remembered: what a task came to, what somebody said, the state of an agent.
package struct MemoryRecord: Sendable, Hashable {
  /// Opaque, with 128 random bits; the same for as long as the record is there.
  package var id: String
  package var address: MemoryAddress
  package var content: MemoryContent
  /// Counts the writes of this record, 1 at the first.
  package var revision: Int64
  package var createdAt: Timestamp
  package var updatedAt: Timestamp

  package init(
    id: String, address: MemoryAddress, content: MemoryContent, revision: Int64, createdAt: Timestamp,
    updatedAt: Timestamp
  ) {
    self.id = id
    self.address = address
    self.content = content
    self.revision = revision
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }

  package static func randomID() -> String { "mem_" + RandomHex.make(bytes: 16) }

  package func isExpired(at now: Timestamp) -> Bool { content.expiresAt.map { $0 <= now } ?? false }
}

/// Under what a record can be found by whoever wrote it: one record for each.
package struct MemoryAddress: Sendable, Hashable {
  /// Keeps apart what belongs to different people or purposes; quotas count by it.
  package var namespace: String
  package var kind: MemoryKind
  package var key: String

  package init(_ kind: MemoryKind, _ key: String, in namespace: String = Self.defaultNamespace) {
    self.namespace = namespace
    self.kind = kind
    self.key = key
  }

  package static let defaultNamespace = "default"
  /// Where the runtime keeps what its tasks came to, so that a busy queue drives out nothing that people put in.
  package static let taskNamespace = "tasks"
}

/// What sort of thing is remembered. Open, since each room adds its own.
package struct MemoryKind: Sendable, Hashable, RawRepresentable, ExpressibleByStringLiteral {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
  package init(stringLiteral value: String) { rawValue = value }

  /// How a task ended that has no result; the key is the task's id.
  package static let task: MemoryKind = "task"
  /// What a task came to; the key is the task's id.
  package static let result: MemoryKind = "result"
  /// What somebody wants to be kept.
  package static let fact: MemoryKind = "fact"
  /// Something worth knowing that came up in a family of tasks; the key is `<topmost task>/<number>`.
  package static let finding: MemoryKind = "finding"
  package static let agentState: MemoryKind = "agent_state"
}

package struct MemoryContent: Sendable, Hashable {
  /// For people and for the search.
  package var text: String
  package var value: JSONValue?
  package var tags: [String]
  package var provenance: MemoryProvenance
  /// Never driven out by newer records; it still expires and can be forgotten.
  package var isPinned: Bool
  package var expiresAt: Timestamp?

  package init(
    text: String = "", value: JSONValue? = nil, tags: [String] = [],
    provenance: MemoryProvenance = MemoryProvenance(), isPinned: Bool = false, expiresAt: Timestamp? = nil
  ) {
    self.text = text
    self.value = value
    self.tags = tags
    self.provenance = provenance
    self.isPinned = isPinned
    self.expiresAt = expiresAt
  }
}

/// Where a record came from.
package struct MemoryProvenance: Sendable, Hashable {
  package var taskID: TaskID?
  package var stepID: String?
  package var agent: String?
  package var tool: String?
  package var server: String?
  /// The text came, wholly or in part, out of a tool that nobody here vouches for: it is data, never an instruction.
  package var isUntrusted: Bool

  package init(
    taskID: TaskID? = nil, stepID: String? = nil, agent: String? = nil, tool: String? = nil, server: String? = nil,
    isUntrusted: Bool = false
  ) {
    self.taskID = taskID
    self.stepID = stepID
    self.agent = agent
    self.tool = tool
    self.server = server
    self.isUntrusted = isUntrusted
  }
}
