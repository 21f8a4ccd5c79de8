import SCRProtocol
import SCRRuntime
import SCRTestSupport
import SCRTools
import Synchronization
import Testing

/// Tasks that a tool server makes of calls, seen from the step that made the call.
@Suite(.timeLimit(.minutes(3))) struct RemoteTaskTests {
  private let rig = ServerRig()

  private final class Journal: RemoteTaskJournal {
    let kept = Signal<RemoteTaskRecord>()
    let goesOn: Bool
    private let first: RemoteTaskRecord?

    init(_ left: RemoteTaskRecord? = nil, goesOn: Bool = false) {
      first = left
      self.goesOn = goesOn
    }

    var left: RemoteTaskRecord? { kept.all.last ?? first }
    func keep(_ record: RemoteTaskRecord) async throws { kept.fire(record) }
  }

  private func job(_ source: ToolServerSource, _ journal: Journal, _ script: JSONObject = [:]) async throws
    -> ToolResult
  {
    try await source.call(
      ToolCall(
        name: ToolName(server: "fake", tool: "job"), arguments: script, context: ToolContext(remoteTask: journal)))
  }

  private func flags(_ place: TemporaryFile) -> [String] { ["--quiet", "--tasks", place.path] }

  @Test func `a task is written down with its server, and its result is the step's`() async throws {
    let place = TemporaryFile()
    let source = rig.source(rig.definition(flags(place)))
    let journal = Journal()
    try await rig.live(source) {
      await rig.reached(.ready)
      let result = try await job(source, journal)
      #expect(result.text == "done")
    }
    #expect(journal.kept.all.map(\.server) == ["fake"])
    #expect(journal.kept.all[0].task["taskId"]?.stringValue?.hasPrefix("task-") == true)
  }

  @Test func `a task that outlives its server's process is followed in the next one`() async throws {
    let place = TemporaryFile()
    let gate = TemporaryFile()
    let source = rig.source(rig.definition(flags(place) + ["--task-gate", gate.path]))
    let journal = Journal()
    try await rig.live(source) {
      await rig.reached(.ready)
      try await withThrowingTaskGroup(of: ToolResult.self) { group in
        group.addTask { try await job(source, journal) }
        _ = await journal.kept.values(1)
        _ = try? await source.call("die")
        await rig.reached(.restarting, restarts: 1)
        await rig.clock.waitForSleepers(within: .milliseconds(200))
        rig.clock.advance(by: .milliseconds(200))
        await rig.reached(.ready, restarts: 1)
        gate.make()
        let result = try await group.next()
        #expect(result?.text == "done")
      }
      #expect(journal.kept.all.count == 1)
    }
  }

  @Test func `a task that another server made is none of ours`() async throws {
    let place = TemporaryFile()
    let source = rig.source(rig.definition(flags(place)))
    let journal = Journal(RemoteTaskRecord(server: "other", task: ["taskId": "T"]))
    try await rig.live(source) {
      await rig.reached(.ready)
      let result = try await job(source, journal)
      #expect(result.text == "done")
    }
    #expect(journal.kept.all.count == 1)
  }

  @Test func `a task that the server has lost is an error without another try`() async throws {
    let place = TemporaryFile()
    let source = rig.source(rig.definition(flags(place)))
    let journal = Journal(RemoteTaskRecord(server: "fake", task: ["taskId": "T"]))
    try await rig.live(source) {
      await rig.reached(.ready)
      let error = await #expect(throws: ToolError.self) { _ = try await job(source, journal) }
      #expect(error?.kind == .notFound)
      #expect(error?.isRetryable == false && error?.mayHaveTakenEffect == true)
    }
  }
}
