import ArgumentParser
import SCRProtocol
import SCRRuntime

/// What lists and searches of memory may leave out.
struct MemoryFilterOptions: ParsableArguments, Sendable {
  @Option(help: ArgumentHelp("Only this namespace; all unless given.", valueName: "name")) var namespace: String?
  @Option(help: ArgumentHelp("Only this kind: task, result, fact, finding… May be given again.", valueName: "kind"))
  var kind: [String] = []
  @Option(help: ArgumentHelp("Only what has this tag. Given again: and this one.", valueName: "tag"))
  var tag: [String] = []
  @Option(help: ArgumentHelp("Only what came from this task.", valueName: "id")) var task: String?
  @Option(help: ArgumentHelp("Only what was written within this time, for example 12h or 7d.", valueName: "time"))
  var within: String?
  @Option(help: "How many, 1 to 500.") var limit = 50
  @Option(help: ArgumentHelp("Go on where the page before ended.", valueName: "cursor")) var cursor: String?

  func validate() throws {
    if !(1...500).contains(limit) { throw ValidationError("--limit is from 1 to 500.") }
  }

  func query(now: Timestamp) throws(CommandFailure) -> MemoryQuery {
    var query = MemoryQuery(now: now)
    query.namespace = namespace
    query.kinds = kind.map { MemoryKind(rawValue: $0) }
    query.tags = tag
    query.taskID = task.map { TaskID($0) }
    if let within { query.since = now - (try DurationText.parse(within, option: "--within")) }
    query.cursor = cursor
    query.limit = limit
    return query
  }
}

/// Which record: its id, or its key with kind and namespace.
struct MemoryReferenceOptions: ParsableArguments, Sendable {
  @Argument(help: ArgumentHelp("The record's id, or its key.", valueName: "id-or-key")) var record: String
  @Option(help: ArgumentHelp("The kind of a record that is named by its key.", valueName: "kind")) var kind = "fact"
  @Option(help: ArgumentHelp("The namespace of a record that is named by its key.", valueName: "name"))
  var namespace: String?

  /// In the order in which they are tried.
  var references: [MemoryReference] {
    // What a task came to is asked for by the task's id alone.
    let namespace =
      namespace ?? (record.hasPrefix("task_") ? MemoryAddress.taskNamespace : MemoryAddress.defaultNamespace)
    let kinds: [MemoryKind] =
      record.hasPrefix("task_") && kind == "fact" ? [.result, .task] : [MemoryKind(rawValue: kind)]
    return [.id(record)] + kinds.map { .address(MemoryAddress($0, record, in: namespace)) }
  }

  func find(in memory: any MemoryStore, now: Timestamp) async throws -> MemoryRecord {
    for reference in references {
      if let record = try await memory.record(reference, now: now) { return record }
    }
    throw unknown
  }

  var unknown: CommandFailure {
    .failed(
      .notFound, "there is no record \"\(TerminalText.clean(String(record.prefix(100))))\" in memory",
      hint: "scr memory list shows what there is; a key may need --kind and --namespace")
  }
}
