/// How a runtime remembers.
package struct MemoryRules: Sendable, Hashable {
  /// Whether there is a memory at all.
  package var isEnabled: Bool
  /// How long what tasks came to is remembered; nil for as long as there is room.
  package var taskLife: Duration?
  /// The same for records that come without a time of their own.
  package var life: Duration?
  /// The name under which memory keeps how far the agent has come in this runtime's events.
  package var mark: String
  /// While events come in, ended tasks gather for so long before they are written together.
  package var gathering: Duration

  package init(
    isEnabled: Bool = true, taskLife: Duration? = nil, life: Duration? = nil, mark: String = "events",
    gathering: Duration = .zero
  ) {
    self.isEnabled = isEnabled
    self.taskLife = taskLife
    self.life = life
    self.mark = mark
    self.gathering = gathering
  }
}
