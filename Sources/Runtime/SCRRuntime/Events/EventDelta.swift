package import SCRProtocol

/// A piece of something that is still being said, such as a word of an answer. Never stored: what it was a piece of comes
/// whole in an event, so a reader that loses some loses nothing for good.
package struct EventDelta: Sendable, Hashable {
  /// The newest event when it was published; ``part`` counts the deltas behind that event from 1, a gap tells of losses.
  package var after: Int64
  package var part: Int64
  package var at: Timestamp
  package var kind: EventKind
  package var taskID: TaskID?
  package var stepID: String?
  package var data: JSONValue

  package init(
    after: Int64, part: Int64, at: Timestamp, kind: EventKind, taskID: TaskID? = nil, stepID: String? = nil,
    data: JSONValue
  ) {
    self.after = after
    self.part = part
    self.at = at
    self.kind = kind
    self.taskID = taskID
    self.stepID = stepID
    self.data = data
  }
}
