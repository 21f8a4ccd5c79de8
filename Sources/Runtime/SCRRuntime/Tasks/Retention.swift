/// How long what has ended is kept.
package struct Retention: Sendable, Hashable {
  /// By final state, from the task's end on; a state that is not named is kept for ever.
  package var tasks: [TaskState: Duration]
  /// The newest events that are kept; nil keeps all of those whose task is kept.
  package var maxEvents: Int?
  /// Between two looks.
  package var interval: Duration
  /// How long after the start the first look is: the first answers come first.
  package var delay: Duration

  package init(
    tasks: [TaskState: Duration] = [:], maxEvents: Int? = nil, interval: Duration = .seconds(600),
    delay: Duration = .seconds(10)
  ) {
    self.tasks = tasks.filter(\.key.isFinal)
    self.maxEvents = maxEvents
    self.interval = interval
    self.delay = delay
  }

  /// Nothing is ever removed.
  package static let forever = Retention()
}
