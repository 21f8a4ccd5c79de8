import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr memory put`.
struct MemoryPutCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "put", abstract: "Keep something in memory; needs the state directory for itself.",
    discussion: """
      A second record of the same namespace, kind and key replaces the first. While scr serve runs, put_memory over its
      wire does the same.

      EXAMPLES
        scr memory put "The staging database is db2" --tag infra
        scr memory put "vim" --key editor --pin
        scr memory put --value '{"host":"db2","port":5432}' --key staging --ttl 30d
      """)

  @Argument(help: ArgumentHelp("What is to be kept.", valueName: "text")) var text: String?
  @Option(help: ArgumentHelp("The same or more as JSON.", valueName: "json")) var value: String?
  @Option(help: ArgumentHelp("Its kind.", valueName: "kind")) var kind = "fact"
  @Option(help: ArgumentHelp("Its key; a new one unless given.", valueName: "key")) var key: String?
  @Option(help: ArgumentHelp("Where it belongs.", valueName: "name")) var namespace = MemoryAddress.defaultNamespace
  @Option(help: ArgumentHelp("A word to filter by. May be given again.", valueName: "tag")) var tag: [String] = []
  @Option(help: ArgumentHelp("Forget it after this time, for example 30d.", valueName: "time")) var ttl: String?
  @Flag(help: "Never make room for newer records.") var pin = false
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func validate() throws {
    if (text ?? "").isEmpty && value == nil { throw ValidationError("Give a text, --value, or both.") }
  }

  func run(in context: CommandContext) async throws -> CommandExit {
    let loaded = try settings.load(context)
    let now = context.clock.now()
    var content = MemoryContent(text: text ?? "", tags: tag, isPinned: pin)
    if let value {
      do { content.value = try JSONParser.parse(value) } catch {
        throw CommandFailure.usage(
          "--value is no JSON: \(error)", hint: "write a text in quotes, as in --value '\"text\"'")
      }
    }
    let life = try ttl.map { text throws(CommandFailure) in try DurationText.parse(text, option: "--ttl") }
    content.expiresAt = (life ?? loaded.settings.memory.life).map { now + $0 }
    let address = MemoryAddress(MemoryKind(rawValue: kind), key ?? MemoryRecord.randomID(), in: namespace)
    let batch = MemoryBatch(at: now, writes: [.put(address, content)], isFlushed: true)
    let commit = try await MemoryPlace.change(loaded) { try await $0.commit(batch) }
    guard let record = commit.records.first else { return .failed }
    if common.json {
      context.output.result(record.json)
    } else {
      context.output.result(record.id)
      for usage in commit.evicted {
        context.output.note("\(usage.evicted) older records of \(usage.namespace) made room")
      }
    }
    return .success
  }
}

/// `scr memory forget`.
struct MemoryForgetCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "forget", abstract: "Remove one record for good; needs the state directory for itself.",
    discussion: """
      EXAMPLES
        scr memory forget mem_0123456789abcdef0123456789abcdef
        scr memory forget editor --kind fact
      """)

  @OptionGroup var reference: MemoryReferenceOptions
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let (now, reference) = (context.clock.now(), reference)
    let record = try await MemoryPlace.change(settings.load(context)) { memory in
      let record = try await reference.find(in: memory, now: now)
      _ = try await memory.commit(MemoryBatch(at: now, writes: [.forget(.id(record.id))], isFlushed: true))
      return record
    }
    if common.json {
      context.output.result(["forgotten": .string(record.id)])
    } else {
      context.output.result("forgotten \(record.id)")
    }
    return .success
  }
}

/// `scr memory verify`.
struct MemoryVerifyCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Hold every record against its checksum, the index and the counts.",
    discussion: """
      Works beside a running scr. --repair needs the state directory for itself: it writes index, tags and counts anew
      where they do not fit the records. Exit 1 if anything is wrong and stays so.

      EXAMPLES
        scr memory verify
        scr memory verify --repair
        scr memory verify --json | jq '.problems[]'
      """)

  @Flag(help: "Write the index anew where it does not fit.") var repair = false
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let loaded = try settings.load(context)
    var report: MemoryReport
    var isGood: Bool
    if repair {
      (report, isGood) = try await MemoryPlace.change(loaded) { memory in
        let report = try await memory.verify(repairing: true)
        // What was written anew is looked at once more.
        return (report, try await report.isRepaired ? memory.verify(repairing: false).isGood : report.isGood)
      }
    } else {
      report = try await MemoryPlace.read(loaded) { try await $0.verify(repairing: false) } ?? MemoryReport()
      isGood = report.isGood
    }
    if common.json {
      context.output.result(MemoryProjection.report(report))
    } else {
      context.output.result(MemoryText.report(report))
    }
    return isGood ? .success : .failed
  }
}
