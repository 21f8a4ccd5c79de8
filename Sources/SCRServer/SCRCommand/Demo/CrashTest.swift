import SCRProcess
import SCRProtocol
import SCRRuntime
import SCRServer

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Kills a runtime with SIGKILL in the middle of a step, starts it again, and looks at what became of its task, its
/// effects and its children.
struct CrashTest {
  /// One thing that has to hold.
  struct Finding: Sendable, Hashable {
    var claim: String
    var holds: Bool
    /// What was seen.
    var evidence: String

    var text: String { "\(holds ? "✓" : "✗") \(claim): \(evidence)" }
    var json: JSONValue { ["claim": .string(claim), "holds": .bool(holds), "evidence": .string(evidence)] }
  }

  let folder: DemoFolder
  let context: CommandContext
  let say: @Sendable (String) -> Void

  private static let patience: Duration = .seconds(30)
  private static let plan = """
    title: A task that is killed
    steps:
      - { id: first, tool: effects.append, arguments: { line: first } }
      - { id: second, needs: [first], tool: effects.append, arguments: { line: second } }
      - { id: hold, needs: [second], tool: effects.hold, arguments: {}, onUnknownOutcome: retry }
      - { id: last, needs: [hold], tool: effects.append, arguments: { line: last } }
    result: "${steps.last.text}"
    """

  /// - Throws: ``CommandFailure`` if the test could not be carried out.
  func run() async throws -> [Finding] {
    try folder.write(configuration(), to: folder.configuration)
    try folder.write(Self.plan, to: folder.plan)
    let table = ProcessTable()
    let (taskID, killed) = try await runAndKill(table)
    let (task, ended) = try await resume(taskID, table)
    let bytes = try DiskFile.read("\(folder.scratch)/\(EffectsTools.effectsFile)") ?? []
    let effects = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    return [killed] + Self.findings(task, effects: effects) + [ended]
  }

  /// The tool server has a child of its own, so that more than direct children are counted.
  private func configuration() throws(CommandFailure) -> String {
    guard let path = realpath(context.executable, nil) else {
      throw CommandFailure.failed(
        .internal, "\(context.executable) cannot be found: \(String(cString: strerror(errno)))")
    }
    defer { free(path) }
    let server: JSONValue = [
      "command": "/bin/sh",
      "args": [
        "-c", "sleep 3600 </dev/null >/dev/null 2>&1 & exec \"$0\" \"$@\"", .string(String(cString: path)),
        "demo-effects", "--folder", .string(folder.scratch),
      ],
      "allowedTools": ["*"],
    ]
    return "mcp: { servers: { effects: \(server.jsonText) } }\n"
  }

  private var places: [String] { ["--config", folder.configuration, "--state", folder.state] }

  // MARK: First life

  private func runAndKill(_ table: ProcessTable) async throws -> (taskID: String, Finding) {
    let victim = try await SecondProcess.start(
      ["run", "--plan", folder.plan, "--events", "--quiet"] + places, in: folder, table: table, context)
    say("scr run has started as process \(victim.pid)")
    let started = try await victim.line(within: Self.patience, by: context.clock) {
      $0["kind"] == "step.started" && $0["stepId"] == "hold"
    }
    guard let taskID = started?["taskId"]?.stringValue else {
      throw CommandFailure.failed(.internal, "the task did not come to its step hold:\n\(victim.stderrTail)")
    }
    let tree = ProcessTree.now()
    let children = ProcessWatch(tree.descendants(of: victim.pid))
    say(
      "two steps are done and hold is running; \(children.pids.count) processes below it: \(Self.list(children.pids))")
    // Our own guard would clean up after it, and the test would show nothing: it goes first.
    if let guardian = tree.parent(of: victim.pid), guardian != getpid() { kill(guardian, SIGKILL) }
    kill(victim.pid, SIGKILL)
    say("killed it with SIGKILL")
    let survivors = await children.survivors(after: .seconds(5))
    return (taskID, Self.finding("no child outlived the killed runtime", of: children.pids, survivors))
  }

  private static func finding(_ claim: String, of pids: [Int32], _ survivors: [Int32]) -> Finding {
    let evidence = "\(survivors.count) of \(pids.count) survive" + (survivors.isEmpty ? "" : ": \(list(survivors))")
    return Finding(claim: claim, holds: survivors.isEmpty && !pids.isEmpty, evidence: evidence)
  }

  private static func list(_ pids: [Int32]) -> String { pids.map(String.init).joined(separator: ", ") }

  // MARK: Second life

  private func resume(_ taskID: String, _ table: ProcessTable) async throws -> (task: JSONValue, Finding) {
    let successor = try await SecondProcess.start(["serve"] + places, in: folder, table: table, context)
    say("scr serve has started with the same state as process \(successor.pid)")
    try successor.send([
      "jsonrpc": "2.0", "id": 1, "method": "get_task", "params": ["taskId": .string(taskID), "wait": true],
    ])
    let answer = try await successor.line(within: Self.patience, by: context.clock) { $0["id"] == 1 }
    guard let task = answer?["result"] else {
      let why = answer?["error"]?["message"]?.stringValue ?? successor.stderrTail
      throw CommandFailure.failed(.internal, "the task did not end after the second start: \(why)")
    }
    let children = ProcessWatch(ProcessTree.now().descendants(of: successor.pid))
    let status = await successor.finish(within: .seconds(10))
    say("it answered and ended with \(status)")
    let survivors = await children.survivors(after: .seconds(5))
    return (task, Self.finding("no child outlived the runtime that ended in order", of: children.pids, survivors))
  }

  static func findings(_ task: JSONValue, effects: [String]) -> [Finding] {
    let state = task["state"]?.stringValue ?? "unknown"
    let steps = (task["steps"]?.arrayValue ?? []).map { step in
      "\(step["id"]?.stringValue ?? "?") \(step["state"]?.stringValue ?? "?")"
    }
    return [
      Finding(
        claim: "the task completed after the second start", holds: state == "completed",
        evidence: "\(state) (\(steps.joined(separator: ", ")))"),
      Finding(
        claim: "finished steps were not run again", holds: effects == ["first", "second", "last"],
        evidence: "effects \(effects.joined(separator: ", "))"),
    ]
  }
}
