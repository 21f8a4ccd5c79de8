package import SCRProtocol

extension SupervisionTree {
  /// `{id, label?, kind, state, until?, cause?, startedAt?, lastBeat?, restarts, history?: [{at, reason}], strategy?,
  /// headroom?, taskId?, stepId?, children?: […], more?}`. A supervisor without `headroom` has no limit.
  ///
  /// - Parameters:
  ///   - limit: children of one supervisor that are shown; `more` counts the others.
  ///   - withBeats: false leaves out what changes with every look.
  package func json(limit: Int = 100, withBeats: Bool = true) -> JSONValue {
    json(under: "", limit, withBeats)
  }

  private func json(under supervisor: String, _ limit: Int, _ withBeats: Bool) -> JSONValue {
    var fields: JSONObject = ["id": .string(id)]
    fields["label"] = label.map { .string($0) }
    fields["kind"] = .string(kind.rawValue)
    fields["state"] = .string(state.name)
    if case .restarting(let moment) = state { fields["until"] = .string(moment.description) }
    if case .stuck(let cause) = state { fields["cause"] = .string(cause.rawValue) }
    fields["startedAt"] = startedAt.map { .string($0.description) }
    if withBeats { fields["lastBeat"] = lastBeat.map { .string($0.description) } }
    fields["restarts"] = JSONValue(restarts)
    if !history.isEmpty {
      fields["history"] = .array(
        history.map {
          ["at": .string($0.at.description), "reason": .string(ServerWatch.headline(of: $0.reason.description))]
        })
    }
    fields["strategy"] = (strategy?.rawValue).map { .string($0) }
    fields["headroom"] = headroom.map { JSONValue($0) }
    let work = WorkName(supervisor: supervisor, child: id)
    fields["taskId"] = work.taskID.map { .string($0.text) }
    fields["stepId"] = work.stepID.map { .string($0) }
    guard kind == .supervisor else { return .object(fields) }
    fields["children"] = .array(children.prefix(limit).map { $0.json(under: id, limit, withBeats) })
    if children.count > limit { fields["more"] = JSONValue(children.count - limit) }
    return .object(fields)
  }
}

extension SupervisionTree.State {
  /// One word.
  package var name: String {
    switch self {
    case .starting: "starting"
    case .running: "running"
    case .restarting: "restarting"
    case .stopping: "stopping"
    case .stopped: "stopped"
    case .stuck: "stuck"
    }
  }
}
