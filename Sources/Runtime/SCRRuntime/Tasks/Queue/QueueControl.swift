package import SCRProtocol

/// What an operator has said about the whole queue or about one class; lies in the store and survives a restart.
package struct QueueControl: Sendable, Hashable {
  /// Nothing of it begins; submissions are accepted and wait.
  package var pause: ClassGate.Pause?
  /// Nothing of it begins and submissions are refused; what runs comes to its end.
  package var drain: ClassGate.Pause?
  package var limits: QueueLimits

  package init(pause: ClassGate.Pause? = nil, drain: ClassGate.Pause? = nil, limits: QueueLimits = QueueLimits()) {
    self.pause = pause
    self.drain = drain
    self.limits = limits
  }

  package var isPlain: Bool { self == QueueControl() }
}

/// The bounds of one class. What is nil has none of its own.
package struct QueueLimits: Sendable, Hashable {
  /// Tasks that run at once.
  package var maxConcurrent: Int?
  /// Tasks that begin in a minute, on the average.
  package var ratePerMinute: Int?
  /// Tasks that may begin at once after a pause; nil: what a second brings, at least one.
  package var burst: Int?
  /// Tasks that wait, and their bytes.
  package var maxQueued: Int?
  package var maxBytes: Int?

  package init(
    maxConcurrent: Int? = nil, ratePerMinute: Int? = nil, burst: Int? = nil, maxQueued: Int? = nil,
    maxBytes: Int? = nil
  ) {
    self.maxConcurrent = maxConcurrent
    self.ratePerMinute = ratePerMinute
    self.burst = burst
    self.maxQueued = maxQueued
    self.maxBytes = maxBytes
  }

  /// These, and where they say nothing what `others` say.
  package func over(_ others: QueueLimits?) -> QueueLimits {
    QueueLimits(
      maxConcurrent: maxConcurrent ?? others?.maxConcurrent, ratePerMinute: ratePerMinute ?? others?.ratePerMinute,
      burst: burst ?? others?.burst, maxQueued: maxQueued ?? others?.maxQueued, maxBytes: maxBytes ?? others?.maxBytes)
  }

  /// A full bucket for ``ratePerMinute``; nil without one.
  func bucket(now: Timestamp) -> TokenBucket? {
    ratePerMinute.map { rate in
      TokenBucket(
        capacity: Double(burst ?? max(1, rate / 60)), refillPerSecond: Double(rate) / 60, at: now)
    }
  }

  static let members: [(name: String, key: any WritableKeyPath<QueueLimits, Int?> & Sendable)] = [
    ("maxConcurrent", \.maxConcurrent), ("ratePerMinute", \.ratePerMinute), ("burst", \.burst),
    ("maxQueued", \.maxQueued), ("maxBytes", \.maxBytes),
  ]

  package var json: JSONValue {
    var fields: JSONObject = [:]
    for (name, key) in Self.members { fields[name] = self[keyPath: key].map { JSONValue($0) } }
    return .object(fields)
  }

  init(json: JSONValue) {
    self.init()
    for (name, key) in Self.members { self[keyPath: key] = json[name]?.integerValue.flatMap { Int(exactly: $0) } }
  }
}

/// What a control is about.
package enum QueueScope: Sendable, Hashable {
  case all
  case taskClass(String)

  package init(_ taskClass: String?) { self = taskClass.map { .taskClass($0) } ?? .all }
  package var taskClass: String? { if case .taskClass(let name) = self { name } else { nil } }
}

extension QueueControl {
  /// `{pause?, drain?, limits}`; a pause without an end is `true`, one with an end its milliseconds.
  var json: JSONValue {
    var fields: JSONObject = ["limits": limits.json]
    fields["pause"] = Self.json(pause)
    fields["drain"] = Self.json(drain)
    return .object(fields)
  }

  init(json: JSONValue) {
    self.init(
      pause: Self.pause(json["pause"]), drain: Self.pause(json["drain"]),
      limits: json["limits"].map { QueueLimits(json: $0) } ?? QueueLimits())
  }

  private static func json(_ pause: ClassGate.Pause?) -> JSONValue? {
    switch pause {
    case nil: nil
    case .untilResumed: true
    case .until(let end): .integer(end.milliseconds)
    }
  }

  private static func pause(_ json: JSONValue?) -> ClassGate.Pause? {
    if let end = json?.integerValue { return .until(Timestamp(milliseconds: end)) }
    return json?.boolValue == true ? .untilResumed : nil
  }
}
