import SCRProtocol

/// Reads a run that has ended out of a store.
package enum CassetteRecorder {
  /// - Parameters:
  ///   - secrets: texts that must not be part of it, beside those that look like secrets by themselves.
  ///   - limit: bytes of its JSON.
  ///   - familyLimit: the task, its children and theirs.
  /// - Throws: `not_found`; `conflict` for a task that has not come to an end of its own, has steps that wait for others, or
  ///   used what no record stands for: agents that files describe, skills, `read_result`; `too_large`; `store_unavailable`.
  package static func record(
    _ id: TaskID, from store: any TaskStore, masking secrets: [String], limit: Int = Cassette.limit,
    familyLimit: Int = 1000
  ) async throws(RuntimeError) -> Cassette {
    let found: AgentTask?
    do throws(StoreError) { found = try await store.task(id) } catch { throw RuntimeError(error) }
    guard let task = found else { throw .unknownTask(id) }
    let family: [AgentTask]
    do throws(StoreError) { family = try await self.family(of: task, upTo: familyLimit, store) } catch {
      throw RuntimeError(error)
    }
    guard family.count <= familyLimit else {
      throw RuntimeError(
        .tooLarge, "the task has more than \(familyLimit - 1) children, the limit for a cassette", taskID: id)
    }
    var cassette: Cassette
    do throws(StoreError) { cassette = try await read(task, family, store) } catch { throw RuntimeError(error) }
    try check(cassette, family, id)
    cassette = try mask(cassette, secrets)
    let catalogue = cassette.catalogue
    for place in cassette.attempts.indices {
      let requests = cassette.requests(of: cassette.attempts[place], catalogue)
      cassette.attempts[place].requests = requests.map { ModelRequestDigest($0) }
    }
    let bytes = cassette.json.encoded.count
    guard bytes <= limit else {
      throw RuntimeError(
        .tooLarge, "the run has \(bytes) bytes, over the limit of \(limit) for a cassette", taskID: id)
    }
    return cassette
  }

  // MARK: Reading

  /// Reads no further once there are more than `limit`.
  private static func family(
    of task: AgentTask, upTo limit: Int, _ store: any TaskStore
  ) async throws(StoreError) -> [AgentTask] {
    var family = [task]
    var place = 0
    while place < family.count, family.count <= limit {
      var query = TaskQuery(parent: family[place].id, limit: 500)
      repeat {
        let page = try await store.tasks(query)
        family += page.tasks.reversed()
        query.cursor = page.nextCursor
      } while query.cursor != nil && family.count <= limit
      place += 1
    }
    return family
  }

  private static func read(
    _ task: AgentTask, _ family: [AgentTask], _ store: any TaskStore
  ) async throws(StoreError) -> Cassette {
    var cassette = Cassette(
      title: task.title, goal: task.goal, plan: task.goal == nil ? task.plan : nil, inputs: task.inputs,
      budget: task.budget, retry: task.retry,
      outcome: Cassette.Outcome(state: task.state, reason: task.reason, result: task.result), calls: [], attempts: [],
      masked: 0)
    for member in family {
      for record in try await store.steps(of: member.id) {
        guard let intent = record.intent else { continue }
        cassette.calls.append(
          Cassette.Call(
            stepID: record.stepID, tool: intent.tool, arguments: intent.arguments, effect: intent.effect,
            value: record.value, reason: record.value == nil ? record.reason : nil))
      }
      try await readAgents(of: member, into: &cassette, store)
    }
    return cassette
  }

  private static func readAgents(
    of task: AgentTask, into cassette: inout Cassette, _ store: any TaskStore
  ) async throws(StoreError) {
    guard task.hasAgents else { return }
    var names: [String] = []
    var entries: [String: [AgentEntry]] = [:]
    for document in try await all(.agentTurn, of: task.id, store) {
      // task/step/run.attempt/number
      let name = String(document.id.prefix(upTo: document.id.lastIndex(of: "/") ?? document.id.endIndex))
      guard let entry = AgentEntry(json: document.body) else {
        throw StoreError(.corrupt, "the journal of \(name) cannot be read")
      }
      if entries[name] == nil { names.append(name) }
      entries[name, default: []].append(entry)
    }
    let failures = try await all(.modelTurn, of: task.id, store).compactMap { ModelTurn(json: $0.body) }
      .filter { $0.failure != nil }
    for name in names {
      let parts = name.split(separator: "/").map(String.init)
      guard parts.count == 3, let kind = task.agent(of: parts[1]) else { continue }
      let found = entries[name] ?? []
      let answers = found.count { if case .answered = $0 { true } else { false } }
      let failure = failures.last { turn in
        turn.stepID == parts[1] && turn.attempt == parts[2] && turn.turn == answers + 1
      }
      cassette.attempts.append(
        Cassette.Attempt(
          stepID: parts[1], kind: kind, number: parts[2], entries: found, requests: [], failure: failure?.failure,
          document: kind == .planner ? task.document(before: parts[1]) : nil))
    }
    // Where servers came or went meanwhile, the newest knows most.
    if let desk = try await all(.agentDesk, of: task.id, store).last.flatMap({ DeskRecord(json: $0.body) }) {
      cassette.desk = cassette.desk.map { $0.joined(with: desk) } ?? desk
    }
  }

  private static func all(
    _ kind: DocumentKind, of task: TaskID, _ store: any TaskStore
  ) async throws(StoreError) -> [StoreDocument] {
    var documents: [StoreDocument] = []
    var query = DocumentQuery(kind, taskID: task, limit: 500)
    repeat {
      let page = try await store.documents(query)
      documents += page.documents
      query.cursor = page.nextCursor
    } while query.cursor != nil
    return documents
  }

  // MARK: Checks

  private static func check(_ cassette: Cassette, _ family: [AgentTask], _ id: TaskID) throws(RuntimeError) {
    let state = cassette.outcome.state
    guard state == .completed || state == .failed else {
      throw RuntimeError(
        .conflict, "the task is \(state.rawValue): only one that completed or failed can be made again",
        hint: state.isFinal ? nil : "wait for its end", taskID: id)
    }
    for task in family {
      for step in task.plan?["steps"]?.arrayValue ?? [] where step["wait"] != nil {
        throw RuntimeError(
          .conflict,
          "the step \(step["id"]?.stringValue ?? "") waits for somebody or something, which no record can stand for",
          taskID: id)
      }
    }
    guard cassette.attempts.isEmpty || cassette.desk != nil else {
      throw RuntimeError(
        .conflict, "the tools that its agents had were not kept: the run is older than that, or they are too many",
        taskID: id)
    }
    for attempt in cassette.attempts { try check(attempt, id) }
  }

  /// What an agent's requests followed from must be in the record, or in this program.
  private static func check(_ attempt: Cassette.Attempt, _ id: TaskID) throws(RuntimeError) {
    guard attempt.kind.isBuiltIn else {
      throw RuntimeError(
        .conflict,
        "the step \(attempt.stepID) was done by \"\(attempt.kind.rawValue)\", which a file describes: no record holds the file",
        taskID: id)
    }
    guard let call = attempt.unrepeatable else { return }
    throw RuntimeError(
      .conflict,
      "the agent of the step \(attempt.stepID) called \(call), and no record holds what that answers from", taskID: id)
  }

  private static func mask(_ cassette: Cassette, _ secrets: [String]) throws(RuntimeError) -> Cassette {
    var mask = CassetteMask(secrets)
    let json = mask.masking(cassette: cassette.json)
    var masked = try Cassette(json: json)
    masked.masked = mask.count
    return masked
  }
}

extension Cassette.Attempt {
  /// A call that was made of a tool which is neither in the record nor the same in every run.
  fileprivate var unrepeatable: String? {
    let begun = Set(entries.compactMap { if case .begun(let call) = $0 { call } else { nil } })
    let calls = answers.flatMap(\.toolCalls)
    return calls.indices.first { place in
      begun.contains(place + 1) && [SkillShelf.toolName, AgentTool.readResultName].contains(calls[place].name)
    }.map { calls[$0].name }
  }
}

extension AgentTask {
  /// Who does a step.
  fileprivate func agent(of stepID: String) -> AgentKind? {
    (plan?["steps"]?.arrayValue ?? []).first { $0["id"]?.stringValue == stepID }?["agent"]?.stringValue
      .map({ AgentKind(rawValue: $0) })
  }

  /// The plan as a planner found it: up to its own step, since a goal's plan only grows.
  fileprivate func document(before stepID: String) -> JSONValue? {
    guard var fields = plan?.objectValue, let steps = fields["steps"]?.arrayValue,
      let place = steps.firstIndex(where: { $0["id"]?.stringValue == stepID })
    else { return plan }
    fields["steps"] = .array(Array(steps[...place]))
    return .object(fields)
  }
}

extension DeskRecord {
  /// With the tools of another that this one lacks.
  fileprivate func joined(with other: DeskRecord) -> DeskRecord {
    let known = Set(tools.map(\.name))
    return DeskRecord(
      tools: (tools + other.tools.filter { !known.contains($0.name) }).sorted { $0.name < $1.name }, rules: rules)
  }
}
