package import SCRProtocol

extension TaskRetry {
  static let attemptsRange = 1...100
  static let backoffRange = 0...86_400_000

  /// As submissions, schedules and plans write it: `{attempts, backoffMs?, jitter?}`.
  package var json: JSONValue {
    [
      "attempts": JSONValue(attempts), "backoffMs": .integer(backoff.milliseconds), "jitter": JSONValue(jitter),
    ]
  }

  /// - Throws: ``ShapeError`` naming the member and what would be right.
  package init(json: JSONValue, path: String) throws(ShapeError) {
    guard let object = json.objectValue else {
      throw ShapeError(path: path, message: "expected an object, found \(json.typeName)")
    }
    let known = ["attempts", "backoffMs", "jitter"]
    for member in object where !known.contains(member.key) {
      throw ShapeError(
        path: "\(path).\(member.key)", message: "unknown member \"\(member.key)\"",
        hint: "known are \(known.joined(separator: ", "))")
    }
    guard let given = object["attempts"] else {
      throw ShapeError(path: "\(path).attempts", message: "\"attempts\" is missing: how often the task is run at most")
    }
    self.init(attempts: try Self.integer(given, "\(path).attempts", Self.attemptsRange))
    if let given = object["backoffMs"] {
      backoff = .milliseconds(try Self.integer(given, "\(path).backoffMs", Self.backoffRange))
    }
    if let given = object["jitter"] {
      guard let jitter = given.doubleValue, (0...1).contains(jitter) else {
        throw ShapeError(path: "\(path).jitter", message: "expected a number from 0 to 1")
      }
      self.jitter = jitter
    }
  }

  private static func integer(
    _ value: JSONValue, _ path: String, _ range: ClosedRange<Int>
  ) throws(ShapeError) -> Int {
    guard let number = value.integerValue.flatMap({ Int(exactly: $0) }), range.contains(number) else {
      throw ShapeError(path: path, message: "expected an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// Of a stored task, which was checked at its submission.
  init(of task: AgentTask) {
    guard let json = task.retry, let retry = try? TaskRetry(json: json, path: "retry") else {
      self.init()
      return
    }
    self = retry
  }
}
