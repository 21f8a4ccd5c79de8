import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr queue pause`.
struct QueuePauseCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Let nothing of the queue begin; what runs goes on, and submissions wait.",
    discussion: """
      It survives restarts. Beside a running scr it counts at once.

      EXAMPLES
        scr queue pause
        scr queue pause --class reports --until 2026-11-24T06:00:00Z
      """)

  @Option(help: ArgumentHelp("Resume by itself at this moment.", valueName: "time")) var until: MomentOption?
  @OptionGroup var options: QueueOptions
  var wantsJSON: Bool { options.common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    try await StateOwner.run(options.settings, in: context) {
      try await $0.pauseQueue(options.scope, until: until?.moment)
    } beside: {
      _ = try await $0.call("pause_queue", options.params.adding("until", until?.json))
    }
    let end = until?.moment.description
    var fields: JSONObject = [:]
    fields["class"] = options.taskClass.map { .string($0) }
    fields["paused"] = .object(JSONObject(end.map { [JSONField(key: "until", value: .string($0))] } ?? []))
    if options.common.json {
      context.output.result(.object(fields))
    } else {
      context.output.result("\(options.words) is paused" + (end.map { " until \($0)" } ?? ""))
    }
    return .success
  }
}

/// `scr queue resume`.
struct QueueResumeCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "End a pause or a drain of the queue or of one class.",
    discussion: """
      A pause of a class is ended with --class only.

      EXAMPLES
        scr queue resume
        scr queue resume --class reports
      """)

  @OptionGroup var options: QueueOptions
  var wantsJSON: Bool { options.common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    try await StateOwner.run(options.settings, in: context) {
      try await $0.resumeQueue(options.scope)
    } beside: {
      _ = try await $0.call("resume_queue", options.params)
    }
    if options.common.json {
      var fields: JSONObject = ["resumed": true]
      fields["class"] = options.taskClass.map { .string($0) }
      context.output.result(.object(fields))
    } else {
      context.output.result("\(options.words) goes on")
    }
    return .success
  }
}

/// `scr queue clear`.
struct QueueClearCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "clear", abstract: "Cancel what is queued or scheduled.",
    discussion: """
      The tasks end as cancelled, with the reason "cleared".

      EXAMPLES
        scr queue clear --class reports
        scr queue clear --status scheduled
      """)

  @Option(
    help: ArgumentHelp("Only tasks in this state: queued or scheduled.", valueName: "state"),
    completion: .list(["queued", "scheduled"]))
  var status: String?
  @OptionGroup var options: QueueOptions
  var wantsJSON: Bool { options.common.json }

  func validate() throws {
    if let status, !["queued", "scheduled"].contains(status) {
      throw ValidationError("--status of a queue is queued or scheduled.")
    }
  }

  func run(in context: CommandContext) async throws -> CommandExit {
    let states = status.flatMap(TaskState.init).map { Set([$0]) } ?? [.queued, .scheduled]
    let count = try await StateOwner.run(options.settings, in: context) {
      try await $0.clearQueue(options.scope, states: states)
    } beside: {
      let answer = try await $0.call("clear_queue", options.params.adding("state", status.map { .string($0) }))
      return Int(answer["cancelled"]?.integerValue ?? 0)
    }
    if options.common.json {
      context.output.result(["cancelled": JSONValue(count)])
    } else {
      context.output.result("\(count) \(count == 1 ? "task" : "tasks") cancelled")
    }
    return .success
  }
}

/// `scr queue drain`.
struct QueueDrainCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "drain", abstract: "Take nothing more in, and take out what waits.",
    discussion: """
      Prints the tasks that were taken out, one a line; they end as cancelled, with the reason "drained". Submissions are
      refused until scr queue resume, or until the given moment.

      EXAMPLES
        scr queue drain > drained.txt
        scr queue drain --class reports --until 2026-11-24T06:00:00Z --json
      """)

  @Option(help: ArgumentHelp("Take tasks in again from this moment on.", valueName: "time")) var until: MomentOption?
  @OptionGroup var options: QueueOptions
  var wantsJSON: Bool { options.common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let output = context.output
    let all = try await StateOwner.run(options.settings, in: context) { runtime -> [JSONValue] in
      var all: [JSONValue] = []
      var hasMore = true
      while hasMore {
        let page = try await runtime.drainQueue(options.scope, until: until?.moment, limit: 500)
        for task in page.tasks {
          if options.common.json {
            all.append(.object(TaskProjection.summary(task)))
          } else {
            output.result(task.id.text)
          }
        }
        hasMore = page.hasMore
      }
      return all
    } beside: { owner in
      let params = options.params.adding("until", until?.json).adding("limit", 500)
      var all: [JSONValue] = []
      var hasMore = true
      while hasMore {
        let page = try await owner.call("drain_queue", params)
        for task in page["tasks"]?.arrayValue ?? [] {
          if options.common.json { all.append(task) } else { output.result(task["taskId"]?.stringValue ?? "") }
        }
        hasMore = page["hasMore"] == true
      }
      return all
    }
    if options.common.json { output.result(["tasks": .array(all)]) }
    return .success
  }
}
