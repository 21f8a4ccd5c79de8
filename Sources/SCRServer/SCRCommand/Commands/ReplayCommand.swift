import ArgumentParser
import SCRProcess
import SCRProtocol
import SCRRuntime

/// `scr replay`.
struct ReplayCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Play a recorded conversation to this or another build and show what is different.",
    discussion: """
      The record comes from scr serve --mirror DIR: the file that ends in -host.jsonl. What the host said is said again, and what
      scr answers is compared with what it answered then. Times, random ids, durations, process ids and numbers of events do not
      count. Without --against, this binary serves with the configuration of this folder and state in memory alone, so tasks of
      the record are run again: with the tool servers that are configured here.

      Exit codes: 0 the same, 1 something is different, 2 the record cannot be used.

      EXAMPLES
        scr serve --mirror ~/scr-mirror
        scr replay ~/scr-mirror/20261124T120000125-4711-0-host.jsonl
        scr replay host.jsonl --against '/opt/scr-0.2/scr serve --state :memory:' --json
      """)

  @Argument(help: "The record.", completion: .file(extensions: ["jsonl"])) var file: String
  @Option(
    help: ArgumentHelp("Play it to this command, which the shell starts, instead of this binary.", valueName: "command")
  )
  var against: String?
  @Option(help: ArgumentHelp("How long an answer may take, such as 10s.", valueName: "duration"))
  var timeout: String = "30s"
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let patience = try DurationText.parse(timeout, option: "--timeout")
    let record = try MirrorRecord.read(file, in: context.workingDirectory)
    let peer = ReplayPeer()
    let table = ProcessTable()
    do { try await peer.start(spec(context), in: table) } catch {
      throw CommandFailure.usage("the build could not be started: \(error)")
    }
    var replay = MirrorReplay(peer: peer, patience: patience, clock: context.clock)
    let outcome: Result<[MirrorReplay.Difference], any Error>
    do { outcome = .success(try await replay.play(record)) } catch { outcome = .failure(error) }
    await table.stopAll(ladder: StopLadder(inputGrace: .seconds(2)))
    let differences = try outcome.get()
    tell(differences, record, replay, peer, context)
    return differences.isEmpty ? .success : .failed
  }

  private func spec(_ context: CommandContext) -> ProcessSpec {
    let arguments = against.map { ["-c", $0] } ?? ["serve", "--state", ":memory:", "--log-level", "error"]
    // The configuration may name variables; this is the person's own shell, as it were.
    return ProcessSpec(
      command: against == nil ? context.executable : "/bin/sh", arguments: arguments,
      environment: context.environment, workingDirectory: context.workingDirectory)
  }

  private func tell(
    _ differences: [MirrorReplay.Difference], _ record: MirrorRecord, _ replay: MirrorReplay, _ peer: ReplayPeer,
    _ context: CommandContext
  ) {
    if common.json {
      var fields: JSONObject = [
        "same": .bool(differences.isEmpty), "sent": JSONValue(replay.sent), "compared": JSONValue(replay.compared),
        "differences": .array(differences.map(\.json)), "recordedBy": .string(record.version),
      ]
      fields["gap"] = record.gap.map { .string($0) }
      context.output.result(.object(fields))
      return
    }
    if let gap = record.gap { context.output.note("note: the record is not whole: \(gap)") }
    for difference in differences {
      let place = difference.place > 0 ? "\(file):\(difference.place): " : ""
      context.output.result("\(place)\(TerminalText.clean(difference.message))")
    }
    if replay.compared == 0, !peer.stderrTail.isEmpty { context.output.note(peer.stderrTail) }
    let verdict = differences.isEmpty ? "the same" : "\(differences.count) differences"
    context.output.result("\(replay.sent) messages sent, \(replay.compared) compared: \(verdict)")
  }
}
