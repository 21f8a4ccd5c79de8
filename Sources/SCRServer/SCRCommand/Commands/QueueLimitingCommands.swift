import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr queue weights`.
struct QueueWeightsCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "weights", abstract: "Set the weights of fairness keys, 1 to 1000000.",
    discussion: """
      Within a class and a priority, keys take turns by their weights; a key that nobody set has 1.

      EXAMPLES
        scr queue weights tenant-a=3 tenant-b=1
      """)

  @Argument(help: ArgumentHelp("Keys with their weights.", valueName: "key=weight")) var weights: [String]
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func validate() throws { _ = try parsed() }

  private func parsed() throws -> [String: Int] {
    var parsed: [String: Int] = [:]
    for text in weights {
      guard let place = text.lastIndex(of: "="), let weight = Int(text[text.index(after: place)...]) else {
        throw ValidationError("\"\(text)\" is not key=weight.")
      }
      parsed[String(text[..<place])] = weight
    }
    return parsed
  }

  func run(in context: CommandContext) async throws -> CommandExit {
    let weights = try parsed()
    let sorted = weights.sorted { $0.key < $1.key }
    let json: JSONObject = [
      "weights": .object(JSONObject(sorted.map { JSONField(key: $0.key, value: JSONValue($0.value)) }))
    ]
    try await StateOwner.run(settings, in: context) {
      try await $0.setQueueWeights(weights)
    } beside: {
      _ = try await $0.call("set_queue_weights", json)
    }
    if common.json {
      context.output.result(.object(json))
    } else {
      for (key, weight) in sorted { context.output.result("\(key) has the weight \(weight)") }
    }
    return .success
  }
}

/// `scr queue limits`.
struct QueueLimitsCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "limits", abstract: "Set the limits of a queue class; 0 goes back to the configuration's.",
    discussion: """
      EXAMPLES
        scr queue limits reports --max-concurrent 2
        scr queue limits reports --rate-per-minute 30 --burst 5
      """)

  @Argument(help: "The queue class.") var name: String
  @Option(help: ArgumentHelp("Tasks that run at once.", valueName: "n")) var maxConcurrent: Int?
  @Option(help: ArgumentHelp("Tasks that begin in a minute.", valueName: "n")) var ratePerMinute: Int?
  @Option(help: ArgumentHelp("Tasks that may begin at once after a pause.", valueName: "n")) var burst: Int?
  @Option(help: ArgumentHelp("Tasks that may wait.", valueName: "n")) var maxQueued: Int?
  @Option(help: ArgumentHelp("Bytes of the tasks that wait.", valueName: "n")) var maxBytes: Int?
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  private var limits: QueueLimits {
    QueueLimits(
      maxConcurrent: maxConcurrent, ratePerMinute: ratePerMinute, burst: burst, maxQueued: maxQueued,
      maxBytes: maxBytes)
  }

  func validate() throws {
    let given = [maxConcurrent, ratePerMinute, burst, maxQueued, maxBytes].compactMap { $0 }
    if given.isEmpty { throw ValidationError("Name at least one limit.") }
    if given.contains(where: { $0 < 0 }) { throw ValidationError("A limit is 0 or more.") }
  }

  func run(in context: CommandContext) async throws -> CommandExit {
    let limits = limits
    let now: JSONValue = try await StateOwner.run(settings, in: context) {
      try await $0.setQueueLimits(name, limits).json
    } beside: {
      let params = JSONObject().adding("class", .string(name))
        .adding("maxConcurrent", maxConcurrent.map { JSONValue($0) })
        .adding("ratePerMinute", ratePerMinute.map { JSONValue($0) }).adding("burst", burst.map { JSONValue($0) })
        .adding("maxQueued", maxQueued.map { JSONValue($0) }).adding("maxBytes", maxBytes.map { JSONValue($0) })
      return try await $0.call("set_queue_limits", params)["limits"] ?? [:]
    }
    if common.json {
      context.output.result(["class": .string(name), "limits": now])
    } else {
      context.output.result(QueueText.limits(now, of: name))
    }
    return .success
  }
}
