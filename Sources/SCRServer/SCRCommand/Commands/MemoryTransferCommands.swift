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
      Reads all of the file before it writes any of it. Where there is a record of the same namespace, kind and key, the one
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

  /// Bytes of a file that is read whole.
  private static let sizeLimit = 1 << 30

  func run(in context: CommandContext) async throws -> CommandExit {
    let bytes = try bytes(context)
    let records: [MemoryRecord]
    do throws(MemoryTransferError) { records = try MemoryTransfer.parse(bytes) } catch {
      throw CommandFailure(.usage, kind: ErrorKind.invalidInput.name, "\(file): \(error)")
    }
    let (now, replace) = (context.clock.now(), replace)
    let (added, kept) = try await MemoryPlace.change(settings.load(context)) {
      try await MemoryTransfer.import(records, into: $0, replacing: replace, now: now)
    }
    if common.json {
      context.output.result(["imported": JSONValue(added), "kept": JSONValue(kept)])
    } else {
      context.output.result("imported \(added) records" + (kept > 0 ? ", \(kept) stayed as they were" : ""))
    }
    return .success
  }

  private func bytes(_ context: CommandContext) throws(CommandFailure) -> [UInt8] {
    if file == "-" {
      guard let bytes = StandardStreams.readInput(limit: Self.sizeLimit) else {
        throw .usage(
          "stdin holds more than \(Self.sizeLimit) bytes", hint: "import it in parts, each with the first line")
      }
      return bytes
    }
    let path = file.hasPrefix("/") ? file : "\(context.workingDirectory)/\(file)"
    do throws(DiskFile.Failure) {
      if let bytes = try DiskFile.read(path, limit: Self.sizeLimit) { return bytes }
    } catch { throw .usage("\(file) cannot be read: \(error)") }
    throw .usage("there is no file \(file)")
  }
}
