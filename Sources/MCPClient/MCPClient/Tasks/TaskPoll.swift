import SCRProtocol

/// When a task is asked for again. Pure.
struct TaskPoll: Sendable, Hashable {
  private static let shortest: Duration = .milliseconds(50)
  private static let longest: Duration = .seconds(60)

  /// What the server asks for; nil doubles from a quarter of a second to ten seconds.
  var interval: Duration?
  private var own: Duration = .milliseconds(250)

  init(interval: Duration?) { self.interval = interval }

  /// - Parameter chance: 0…1, so that many pollers do not come at once.
  mutating func next(chance: Double) -> Duration {
    let base = interval ?? own
    if interval == nil { own = min(own * 2, .seconds(10)) }
    return min(max(base, Self.shortest), Self.longest) * (1 + chance / 5)
  }
}
