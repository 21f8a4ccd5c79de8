/// What every agent is bound by, whatever its prompt says.
package struct AgentRules: Sendable, Hashable {
  /// Answers of the model in one attempt.
  package var turns: Int
  /// Calls of one answer that are made; the rest is refused.
  package var callsPerTurn: Int
  /// Bytes of one tool's answer that the model gets.
  package var resultBytes: Int
  /// Bytes of what one step gave that others get to read.
  package var sourceBytes: Int
  /// Tokens of a conversation as it is sent, by estimate; older turns are left out above it. A model's own window goes
  /// before where it is smaller.
  package var contextTokens: Int
  /// How often an answer that is not as it must be is asked for again.
  package var corrections: Int
  /// Steps that a planner may add at once.
  package var stepsPerRound: Int
  /// Plans that are made for one goal, the first included.
  package var rounds: Int
  /// Records of memory that an agent gets to know at its beginning, and their bytes; 0 for none.
  package var recalledRecords: Int
  package var recalledBytes: Int
  /// An attempt of an agent whose step sets no time.
  package var attemptTimeout: Duration
  package var loops: LoopDetector.Limits

  package init(
    turns: Int = 24, callsPerTurn: Int = 16, resultBytes: Int = 32 << 10, sourceBytes: Int = 64 << 10,
    contextTokens: Int = 96_000, corrections: Int = 3, stepsPerRound: Int = 20, rounds: Int = 3,
    recalledRecords: Int = 5, recalledBytes: Int = 8 << 10, attemptTimeout: Duration = .seconds(1800),
    loops: LoopDetector.Limits = LoopDetector.Limits()
  ) {
    self.turns = max(1, turns)
    self.callsPerTurn = max(1, callsPerTurn)
    self.resultBytes = max(256, resultBytes)
    self.sourceBytes = max(256, sourceBytes)
    self.contextTokens = max(1024, contextTokens)
    self.corrections = max(0, corrections)
    self.stepsPerRound = max(1, stepsPerRound)
    self.rounds = max(1, rounds)
    self.recalledRecords = max(0, recalledRecords)
    self.recalledBytes = max(256, recalledBytes)
    self.attemptTimeout = attemptTimeout
    self.loops = loops
  }

  /// For a runtime that remembers nothing.
  var withoutRecall: AgentRules {
    var rules = self
    rules.recalledRecords = 0
    return rules
  }
}
