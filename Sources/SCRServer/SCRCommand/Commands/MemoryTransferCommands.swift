import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr memory export`.
struct MemoryExportCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write records as lines of JSON to stdout; works beside a running scr.",
    discussion: """
      The first line says the version, each further line is one record. Vectors are left out.

      EXAMPLES
        scr memory export > memory.jsonl
        scr memory export --namespace default --kind fact | gzip > facts.jsonl.gz
      """)

  @Option(help: ArgumentHelp("Only this namespace; all unless given.", valueName: "name")) var namespace: String?
  @Option(help: ArgumentHelp("Only this kind. May be given again.", valueName: "kind")) var kind: [String] = []
  @OptionGroup var settings: SettingsOptions
  /// Its result is lines of JSON in any case.
  var wantsJSON: Bool { false }

  func run(in context: CommandContext) async throws -> CommandExit {
    let (output, now) = (context.output, context.clock.now())
    let query = MemoryQuery(namespace: namespace, kinds: kind.map { MemoryKind(rawValue: $0) }, now: now)
    output.result(MemoryTransfer.header(at: now).jsonText)
    var damaged = 0
    _ = try await MemoryPlace.read(settings.load(context)) { memory in
      try await MemoryTransfer.export(query, from: memory) { page in
        for hit in page.hits { output.result(hit.record.json.jsonText) }
        damaged += page.damaged.count
      }
    }
    if damaged == 0 { return .success }
    output.note("\(damaged) records cannot be read and were left out: scr memory verify names them")
    return .failed
  }
}

/// `scr memory import`.
struct MemoryImportCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Put exported records in; needs the state directory for itself.",
    discussion: """
      Checks all of the file before it writes any of it, in pieces: its size does not matter. Where there is a record of the same namespace, kind and key, the one
      that was written later stays, unless --replace is given. Ids and times are kept.

      EXAMPLES
        scr memory import memory.jsonl
        gunzip -c facts.jsonl.gz | scr memory import -
      """)

  @Argument(help: ArgumentHelp("What scr memory export wrote; - is stdin.", valueName: "file"), completion: .file())
  var file: String
  @Flag(help: "Let the imported record win in any case.") var replace = false
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let source = try PieceSource.open(file, context)
    var check = ImportReading(try source.pieces(), file)
    while try check.next() != nil {}
    let (now, replace) = (context.clock.now(), replace)
    var (added, kept) = (0, 0)
    try await MemoryPlace.change(settings.load(context)) { memory in
      var reading = ImportReading(try source.pieces(), file)
      while let records = try reading.next() {
        let counts = try await MemoryTransfer.import(records, into: memory, replacing: replace, now: now)
        added += counts.added
        kept += counts.kept
      }
    }
    if common.json {
      context.output.result(["imported": JSONValue(added), "kept": JSONValue(kept)])
    } else {
      context.output.result("imported \(added) records" + (kept > 0 ? ", \(kept) stayed as they were" : ""))
    }
    return .success
  }
}

/// An export in pieces of a few hundred records.
private struct ImportReading {
  private var pieces: PieceReader
  private var reader = MemoryTransferReader()
  private let file: String
  private var isDone = false

  init(_ pieces: PieceReader, _ file: String) {
    self.pieces = pieces
    self.file = file
  }

  /// - Returns: nil at the end.
  mutating func next() throws(CommandFailure) -> [MemoryRecord]? {
    if isDone { return nil }
    var records: [MemoryRecord] = []
    do {
      while records.count < 500 {
        guard let piece = try pieces.next() else {
          isDone = true
          if let record = try reader.end() { records.append(record) }
          break
        }
        records += try reader.feed(piece)
      }
    } catch {
      throw CommandFailure(.usage, kind: ErrorKind.invalidInput.name, "\(file): \(error)")
    }
    return records
  }
}
