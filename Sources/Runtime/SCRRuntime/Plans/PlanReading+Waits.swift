import SCRProtocol

// Steps that wait.
extension PlanReading {
  static let waitStepMembers = ["id", "needs", "wait", "onFailure"]
  /// What a step can wait for; one of them.
  static let waitForms = ["approval", "input", "event", "time"]
  static let waitMembers = waitForms + ["timeoutMs", "onTimeout"]

  mutating func waitWork(in object: PlanObject) -> StepWork? {
    for member in ["retry", "onUnknownOutcome", "tools", "budget", "priority"] where object.fields[member] != nil {
      report(object.path(member), "\"\(member)\" has no meaning for a wait step", hint: "leave it out")
    }
    if object.fields["timeoutMs"] != nil {
      report(
        object.path("timeoutMs"), "the time of a wait step belongs into \"wait\"", hint: "write wait.timeoutMs")
    }
    refuseUnknownMembers(
      of: object,
      known: Self.waitStepMembers + ["retry", "onUnknownOutcome", "tools", "budget", "priority", "timeoutMs"])
    return self.object("wait", in: object).flatMap { waitSpec($0) }.map { .wait($0) }
  }

  private mutating func waitSpec(_ object: PlanObject) -> WaitSpec? {
    refuseUnknownMembers(of: object, known: Self.waitMembers)
    let given = Self.waitForms.filter { object.fields[$0] != nil }
    guard let name = given.first, given.count == 1 else {
      report(object.path, "expected exactly one of \(Self.waitForms.joined(separator: ", "))")
      return nil
    }
    let timeout = integer("timeoutMs", in: object, PlanLimits.waitMs).map { Duration.milliseconds($0) }
    let onTimeout = word("onTimeout", in: object, WaitTimeoutPolicy.self)
    if onTimeout != nil, object.fields["timeoutMs"] == nil {
      report(object.path("onTimeout"), "\"onTimeout\" needs a time", hint: "give timeoutMs as well")
    }
    if name == "time", object.fields["timeoutMs"] != nil {
      report(object.path("timeoutMs"), "\"timeoutMs\" has no meaning for a wait for a time", hint: "leave it out")
    }
    guard let inner = self.object(name, in: object), let form = waitForm(name, inner) else { return nil }
    return WaitSpec(form, timeout: timeout, onTimeout: onTimeout ?? .fail)
  }

  private mutating func waitForm(_ name: String, _ object: PlanObject) -> WaitSpec.Form? {
    switch name {
    case "approval":
      refuseUnknownMembers(of: object, known: ["question", "options"])
      let options = options(in: object)
      return question(in: object).map { .approval(question: $0, options: options) }
    case "input":
      refuseUnknownMembers(of: object, known: ["question", "schema"])
      let schema = object.fields["schema"] ?? true
      if object.fields["schema"] == nil {
        report(object.path("schema"), "\"schema\" is missing: it says what is a good answer", hint: "true takes any")
      }
      let isSchema = isSchema(schema, object.path("schema"))
      return question(in: object).flatMap { isSchema ? .input(question: $0, schema: schema) : nil }
    case "event":
      refuseUnknownMembers(of: object, known: ["name", "key"])
      if object.fields["name"] == nil { report(object.path("name"), "\"name\" is missing: which event it is") }
      let key = string("key", in: object)
      return string("name", in: object).map { .event(name: $0, key: key) }
    default: return moment(in: object).map { .time($0) }
    }
  }

  private mutating func question(in object: PlanObject) -> String? {
    if object.fields["question"] == nil { report(object.path("question"), "\"question\" is missing: what is asked") }
    return string("question", in: object)
  }

  private mutating func options(in object: PlanObject) -> [String] {
    guard let values = array("options", in: object) else { return [] }
    let path = object.path("options")
    if !PlanLimits.options.contains(values.count) {
      report(path, "expected \(PlanLimits.options.lowerBound) to \(PlanLimits.options.upperBound) options")
    }
    var options: [String] = []
    for (place, value) in values.enumerated() {
      guard let text = value.stringValue, !text.isEmpty, text.utf8.count <= 100 else {
        report("\(path)[\(place)]", "expected a text of 1 to 100 bytes")
        continue
      }
      if options.contains(text) { report("\(path)[\(place)]", "\"\(text)\" is there already") }
      options.append(text)
    }
    return options
  }

  private mutating func moment(in object: PlanObject) -> WaitSpec.Moment? {
    refuseUnknownMembers(of: object, known: ["for", "until"])
    guard (object.fields["for"] == nil) != (object.fields["until"] == nil) else {
      report(object.path, "expected either for (milliseconds) or until (RFC 3339)")
      return nil
    }
    if object.fields["for"] != nil {
      return integer("for", in: object, PlanLimits.waitMs).map { .after(.milliseconds($0)) }
    }
    guard let text = string("until", in: object) else { return nil }
    guard text.contains("${") || Timestamp(text) != nil else {
      report(
        object.path("until"), "\"\(text.prefix(80))\" is no RFC 3339 time", hint: "write it as 2026-11-23T20:34:25Z")
      return nil
    }
    return .at(text)
  }
}
