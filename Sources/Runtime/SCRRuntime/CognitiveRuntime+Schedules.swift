import SCRProtocol

// Schedules as clients see them.
extension CognitiveRuntime {
  /// Schedules that a state directory may hold.
  package static let mostSchedules = 500

  /// Adds a schedule, or replaces the one of its name. Where only other things than its times change, it goes on from
  /// where it was; otherwise it begins with the first tick from now on.
  ///
  /// - Throws: `invalid_params` for its name, times or zone; `too_large` above ``mostSchedules``; for its task as
  ///   ``submit(_:)``.
  package func putSchedule(_ schedule: TaskSchedule) async throws(RuntimeError) -> TaskSchedule {
    try ScheduleCheck.check(schedule, configuration.zones)
    let now = clock.now()
    do throws(RuntimeError) { _ = try await prepare(schedule.submission(at: now)) } catch {
      var error = error
      error.path = error.path.map { "task.\($0)" }
      throw error
    }
    return try await edit(schedule.name) { (found) throws(RuntimeError) in
      if found == nil { try await checkRoom() }
      var new = schedule
      try Self.named { try new.begin(after: now, configuration.zones) }
      if let found { new.goOn(from: found) }
      return new
    }
  }

  private func checkRoom() async throws(RuntimeError) {
    guard try await schedules().schedules.count < Self.mostSchedules else {
      throw RuntimeError(
        .tooLarge, "there are \(Self.mostSchedules) schedules, which is the limit", hint: "remove one first")
    }
  }

  /// One that cannot be read is removed as well.
  /// - Throws: `not_found`.
  package func removeSchedule(_ name: String) async throws(RuntimeError) {
    while true {
      guard let document = try await scheduleDocument(name) else { throw Self.unknownSchedule(name) }
      let batch = StoreBatch(
        at: clock.now(), preconditions: [.documentRevision(.schedule, name, document.revision)],
        changes: [.removeDocument(.schedule, name)])
      if try await commitUnlessBeaten(batch) { return }
    }
  }

  /// Ticks that pass while it is paused are left out for good.
  /// - Throws: `not_found`.
  package func pauseSchedule(_ name: String, _ isPaused: Bool) async throws(RuntimeError) -> TaskSchedule {
    let now = clock.now()
    return try await edit(name) { (found) throws(RuntimeError) in
      guard var schedule = found else { throw Self.unknownSchedule(name) }
      guard schedule.isPaused != isPaused else { return schedule }
      schedule.isPaused = isPaused
      try Self.named { try schedule.begin(after: now, configuration.zones) }
      return schedule
    }
  }

  /// In the order of their making; those that cannot be read are told by their names.
  package func schedules() async throws(RuntimeError) -> (schedules: [TaskSchedule], damaged: [String]) {
    do throws(StoreError) { return try await TaskSchedule.all(in: store) } catch { throw RuntimeError(error) }
  }

  /// Writes what `change` makes of the schedule, and does so again if somebody else was first.
  private func edit(
    _ name: String, _ change: (TaskSchedule?) async throws(RuntimeError) -> TaskSchedule
  ) async throws(RuntimeError) -> TaskSchedule {
    while true {
      let document = try await scheduleDocument(name)
      let new = try await change(document.flatMap { TaskSchedule($0) })
      let now = clock.now()
      let batch = StoreBatch(
        at: now, preconditions: [.documentRevision(.schedule, name, document?.revision)],
        changes: [.putDocument(new.document(now: now))])
      if try await commitUnlessBeaten(batch) { return new }
    }
  }

  private func scheduleDocument(_ name: String) async throws(RuntimeError) -> StoreDocument? {
    do throws(StoreError) { return try await store.document(.schedule, name) } catch { throw RuntimeError(error) }
  }

  private func commitUnlessBeaten(_ batch: StoreBatch) async throws(RuntimeError) -> Bool {
    do throws(StoreError) { hub.publish(try await store.commit(batch)) } catch {
      guard error.code == .preconditionFailed else { throw RuntimeError(error) }
      return false
    }
    scheduleWatch.look()
    return true
  }

  /// Gives what is wrong with times and zones to the client.
  private static func named(_ body: () throws -> Void) throws(RuntimeError) {
    do { try body() } catch { throw RuntimeError(.invalidParams, "\(error)", hint: "put the schedule anew") }
  }

  static func unknownSchedule(_ name: String) -> RuntimeError {
    RuntimeError(
      .notFound, "there is no schedule \"\(name.prefix(100))\"", hint: "list_schedules shows those there are",
      path: "name")
  }
}
