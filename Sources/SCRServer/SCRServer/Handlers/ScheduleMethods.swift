import SCRProtocol
import SCRRuntime

extension NativeMethod {
  /// The methods about schedules.
  static func schedules(_ runtime: CognitiveRuntime) -> [NativeMethod] {
    [
      NativeMethod(
        "put_schedule", "Adds or replaces a schedule, which submits a task at each of its ticks.",
        PutScheduleParams.shape, gives: NativeResult("Schedule")
      ) { params, _ in
        let schedule = try TaskSchedule(params, runtime)
        return ScheduleProjection.json(try await runtime.putSchedule(schedule))
      },
      NativeMethod(
        "list_schedules", "Lists the schedules in the order of their making.", NoParams.shape,
        gives: NativeResult("ScheduleList")
      ) { _, _ in
        let found = try await runtime.schedules()
        return ScheduleProjection.list(found.schedules, damaged: found.damaged)
      },
      NativeMethod(
        "remove_schedule", "Removes a schedule; tasks that it submitted stay.", ScheduleNameParams.shape,
        gives: NativeResult("ScheduleRemoved")
      ) { params, _ in
        try await runtime.removeSchedule(params.name)
        return ["removed": .string(params.name)]
      },
      NativeMethod(
        "pause_schedule", "Pauses a schedule; ticks that pass meanwhile are left out.", ScheduleNameParams.shape,
        gives: NativeResult("Schedule")
      ) { params, _ in ScheduleProjection.json(try await runtime.pauseSchedule(params.name, true)) },
      NativeMethod(
        "resume_schedule", "Lets a paused schedule go on.", ScheduleNameParams.shape, gives: NativeResult("Schedule")
      ) { params, _ in
        ScheduleProjection.json(try await runtime.pauseSchedule(params.name, false))
      },
    ]
  }
}

extension TaskSchedule {
  /// - Throws: `RPCError` −32602 naming the member that is wrong.
  fileprivate init(_ params: PutScheduleParams, _ runtime: CognitiveRuntime) throws(RPCError) {
    let now = runtime.now
    let timing: Timing
    switch (params.cron, params.everyMs) {
    case (let text?, nil): timing = .cron(text)
    case (nil, let interval?): timing = .every(.milliseconds(interval), anchor: now)
    default:
      throw RPCError(
        .invalidParams, "the times are \(params.cron == nil ? "not given" : "given twice")", path: "params.cron",
        hint: "give one of cron and everyMs")
    }
    self.init(
      name: params.name, timing: timing, template: try ScheduleTemplate(params.task),
      workspaceRoot: runtime.configuration.workspaceRoot, created: now)
    if let zone = params.zone { self.zone = zone }
    if let missed = params.missed {
      do throws(ShapeError) { self.missed = try MissedRuns(json: missed, path: "params.missed") } catch {
        throw error.rpcError
      }
    }
    if let overlap = params.overlap.flatMap(Overlap.init) { self.overlap = overlap }
    isPaused = params.paused ?? false
  }
}

extension ScheduleTemplate {
  fileprivate init(_ params: ScheduleTaskParams) throws(RPCError) {
    self.init(goal: params.goal, plan: params.plan)
    inputs = params.inputs ?? [:]
    title = params.title
    priority = try TaskSubmission.priority(params.priority)
    if let taskClass = params.taskClass { self.taskClass = taskClass }
    if let key = params.key { fairnessKey = key }
    weight = params.weight
    do throws(ShapeError) {
      budget = try params.budget.map { json throws(ShapeError) in
        try Budget(json: .object(json), path: "params.task.budget")
      }
    } catch { throw error.rpcError }
    retry = params.retry
    deadline = params.deadlineMs.map { .milliseconds($0) }
  }
}
