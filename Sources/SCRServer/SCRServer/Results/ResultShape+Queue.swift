import SCRProtocol
import SCRRuntime

extension ResultShape {
  /// Of the methods about the queue and about schedules.
  static let queue: [ResultShape] = [
    ResultShape(
      "QueueStatus", "The queue as a whole and by class.",
      part + [
        .always("classes", .list(of: "QueueClass")), .always("weights", .counts), .perhaps("isCut", .flag),
      ]),
    ResultShape("QueueClass", "One class of the queue.", [.always("class", .text)] + part),
    ResultShape("QueueHold", "A pause or a drain, and when it ends by itself.", .perhaps("until", .moment)),
    ResultShape(
      "QueueLimits", "What a class may hold and begin; what is not given has no limit.",
      .perhaps("maxConcurrent", .count),
      .perhaps("ratePerMinute", .count), .perhaps("burst", .count), .perhaps("maxQueued", .count),
      .perhaps("maxBytes", .count)),
    ResultShape(
      "QueueState", "What the queue or a class holds after a control.", .perhaps("class", .text),
      .always("queued", .count), .always("running", .count), .perhaps("paused", .shape("QueueHold")),
      .perhaps("draining", .shape("QueueHold"))),
    ResultShape("QueueCleared", "How many tasks were cancelled.", .always("cancelled", .count)),
    ResultShape(
      "QueueDrained", "A page of what was taken out.", .always("tasks", .list(of: "TaskSummary")),
      .always("hasMore", .flag)),
    ResultShape("QueueWeights", "The weights that were set.", .always("weights", .counts)),
    ResultShape(
      "QueueClassLimits", "The limits of a class from now on.", .always("class", .text),
      .always("limits", .shape("QueueLimits"))),
    ResultShape(
      "Schedule", "A schedule, with what it did so far.", .always("name", .text), .perhaps("cron", .text),
      .perhaps("everyMs", .count), .always("zone", .text),
      .always(
        "missed",
        [
          "anyOf": [
            ["enum": ["skip", "once"]],
            ["type": "object", "properties": ["all": .count], "required": ["all"], "additionalProperties": false],
          ]
        ]),
      .always("overlap", .text), .always("paused", .flag), .perhaps("nextAt", .moment), .perhaps("lastAt", .moment),
      .perhaps("lastTaskId", .text), .always("runs", .count), .always("skipped", .count), .perhaps("problem", .text),
      .always("task", .shape("ScheduledTask"))),
    ResultShape(
      "ScheduledTask", "What a schedule submits.", .perhaps("goal", .text), .perhaps("plan", .anyObject),
      .perhaps("inputs", .anyObject), .perhaps("title", .text), .always("priority", .count), .always("class", .text),
      .perhaps("key", .text), .perhaps("weight", .count), .perhaps("budget", .anyObject), .perhaps("retry", .anyObject),
      .perhaps("deadlineMs", .count)),
    ResultShape(
      "ScheduleList", "All schedules in the order of their making.", .always("schedules", .list(of: "Schedule")),
      .perhaps("damaged", .names)),
    ResultShape("ScheduleRemoved", "The name of the schedule that is gone.", .always("removed", .text)),
  ]

  private static let part: [Field] = [
    .always("queued", .count), .always("bytes", .count), .always("running", .count), .perhaps("oldestAgeMs", .count),
    .always("accepted", .count), .always("refused", .count), .always("leavingPerSecond", .decimal),
    .perhaps("paused", .shape("QueueHold")), .perhaps("draining", .shape("QueueHold")),
    .always("limits", .shape("QueueLimits")), .perhaps("rateLeft", .count), .always("priorities", .counts),
  ]
}
