import SCRProtocol

/// Which of the runtime's own agents have begun, and who was told so. Those that work tasks off are told of by the events
/// of their tasks.
struct AgentLives: Sendable, Hashable {
  private var agents: [JSONObject] = []
  /// How many of them were told.
  private var toldCount = 0

  /// The events `agent.started` that are still to be written.
  var untold: [EventDraft] { agents[toldCount...].map { EventDraft(.agentStarted, data: .object($0)) } }

  mutating func begin(_ ids: [String], of incarnation: Incarnation) {
    agents += ids.map { id in
      [
        "supervisor": "runtime", "agent": .string(id),
        "agentKind": .string(AgentKind(rawValue: id).isBuiltIn ? id : "service"),
        "incarnation": .string(incarnation.text),
      ]
    }
  }

  mutating func told(_ count: Int) { toldCount += count }

  /// - Returns: the events `agent.stopped` of those of whom somebody knows.
  mutating func end() -> [EventDraft] {
    defer { self = AgentLives() }
    return agents[..<toldCount].map { agent in
      var data = agent
      data["reason"] = "the runtime ended in order"
      return EventDraft(.agentStopped, data: .object(data))
    }
  }
}
