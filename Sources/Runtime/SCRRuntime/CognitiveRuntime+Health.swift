import SCRProtocol

// How the runtime is, and what it does about it.
extension CognitiveRuntime {
  /// Nil where nobody is to look.
  var healthAgent: ChildSpec? {
    guard configuration.health.checkEvery != nil else { return nil }
    return ChildSpec(id: "health", restart: .permanent) { [self] in
      let watch = HealthWatch(
        supervisors: [agents] + dispatcher.supervisors, clock: clock,
        rules: { self.configuration.health }, changed: healthChanged
      ) {
        [incidentLog] in incidentLog.look()
      }
      try await watch.run()
    }
  }

  /// Nil where nobody looks at the agents, and so nobody would keep it up to date.
  func agentPicture() async -> AgentPicture? {
    guard configuration.health.checkEvery != nil else { return nil }
    return AgentPicture(
      incarnation: incarnation, processID: configuration.health.processID, at: clock.now(),
      tree: await supervisionTree().json(withBeats: false))
  }

  package var durability: StoreDurability { store.durability }

  /// Never throws: a store that cannot be read is a finding.
  ///
  /// - Parameter deep: looks for the oldest queued task and for damaged rows too, which reads more.
  package func health(deep: Bool = false) async -> HealthReport {
    let rules = configuration.health
    var facts = HealthFacts(
      now: clock.now(), durability: store.durability, maxQueued: configuration.maxQueuedTasks,
      tree: await supervisionTree(), isWorking: await !agents.childIDs.isEmpty, lowDisk: rules.lowDisk)
    facts.freeDisk = rules.freeDisk()
    facts.writeFailure = store.writeLoss.current?.message
    facts.servers = Dictionary(
      registry.sources.compactMap { source in source.serverName.map { ($0, source.status) } }
    ) { $1 }
    do throws(StoreError) {
      facts.queued = try await store.counts()[.queued] ?? 0
      let last = try await store.lastSequence()
      facts.lastWrite = try await store.events(since: max(0, last - 1), taskID: nil, limit: 1).last?.at
      let kept = try await store.documents(DocumentQuery(.incident, limit: IncidentShelf.limit))
      facts.incidents = kept.documents.count
      if deep {
        let tasks = try await store.tasks(TaskQuery(limit: 500))
        facts.damagedRows = tasks.damaged.count + kept.damaged.count
        facts.oldestQueued = try await oldestQueued()
      }
    } catch { facts.storeFailure = error.message }
    return HealthReport(facts)
  }

  private func oldestQueued() async throws(StoreError) -> Timestamp? {
    try await store.queueTotals(of: .queued).map(\.oldest).min()
  }

  /// Newest first.
  ///
  /// - Parameter limit: 1…200.
  /// - Throws: `invalid_params` for a bad cursor, `store_unavailable`.
  package func incidents(cursor: String? = nil, limit: Int = 50) async throws(RuntimeError) -> IncidentPage {
    let query = DocumentQuery(
      .incident, order: .newestFirst, cursor: cursor, limit: min(max(limit, 1), IncidentShelf.limit))
    do throws(StoreError) {
      let page = try await store.documents(query)
      return IncidentPage(
        incidents: page.documents.compactMap { Incident(json: $0.body) }, nextCursor: page.nextCursor)
    } catch { throw RuntimeError(error) }
  }
}

extension CognitiveRuntime {
  /// Why the task is where it is.
  /// - Throws: `not_found`, `store_unavailable`.
  package func explain(_ id: TaskID) async throws(RuntimeError) -> Explanation {
    let (running, isWorking) = (await dispatcher.runningCount, await !agents.childIDs.isEmpty)
    let reader = FactsReader(store: store, now: clock.now()) { [self] task in
      var host = TaskFacts.Host(isThere: isWorking)
      host.incarnation = incarnation
      host.workspaceRoot = configuration.workspaceRoot
      host.serversDigest = configuration.serversDigest(Set(task.serverNames))
      host.servers = Dictionary(
        registry.sources.compactMap { source in source.serverName.map { ($0, source.status) } }
      ) { $1 }
      host.runningTasks = running
      host.maxConcurrentTasks = configuration.maxConcurrentTasks
      return host
    }
    do throws(StoreError) {
      if var facts = try await reader.facts(of: id) {
        facts.place = try await dispatcher.place(of: facts.task)
        return Explanation(facts)
      }
    } catch { throw RuntimeError(error) }
    throw .unknownTask(id)
  }
}
