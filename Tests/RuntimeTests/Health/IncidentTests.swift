import SCRProtocol
import Testing

@testable import SCRRuntime

@Suite("Incidents") struct IncidentTests {
  private static let begin = Timestamp(milliseconds: 1_700_000_000_000)

  private static func report(
    _ reason: ExitReason, _ consequence: ExitReport.Consequence, supervisor: String = "runtime",
    id: String = "dispatcher"
  ) -> ExitReport {
    ExitReport(
      supervisor: supervisor, context: .childTerminated, reason: reason,
      offender: ExitReport.Offender(id: id, kind: .worker, restart: .permanent, startedAt: begin, restarts: 2),
      consequence: consequence)
  }

  @Test func `an agent that threw is a crash, with what is done about it`() throws {
    let news = try #require(
      AgentNews(
        Self.report(.error("the disk is full\nTOKEN=1"), .restarting(after: .milliseconds(200))), at: Self.begin))
    var incident = Incident(
      .crashed, supervisor: "runtime", child: "dispatcher", reason: "the disk is full", at: Self.begin,
      done: "started again after 200 ms")
    incident.startedAt = Self.begin
    incident.restarts = 2
    #expect(news.incident == incident)
    #expect(
      news.event
        == EventDraft(
          .agentRestarted,
          data: [
            "supervisor": "runtime", "agent": "dispatcher", "reason": "the disk is full", "restarts": 2, "afterMs": 200,
          ]))
  }

  @Test func `an attempt that is stuck names its task and step`() throws {
    var report = Self.report(.stuck, .removed, supervisor: "workers", id: "task_1/copy#3")
    report.stuckCause = .silent
    report.lastBeat = Self.begin
    let news = try #require(AgentNews(report, at: Self.begin))
    #expect(news.incident.kind == .stuck)
    #expect(news.incident.taskID == TaskID("task_1"))
    #expect(news.incident.stepID == "copy")
    #expect(news.incident.cause == .silent)
    #expect(news.incident.lastBeat == Self.begin)
    #expect(news.event?.kind == .agentStuck)
    #expect(news.event?.taskID == TaskID("task_1"))
    #expect(news.event?.data["cause"] == "silent")
  }

  @Test(arguments: [ExitReason.normal, .shutdown, .cancelled])
  func `what ends in order is no incident`(reason: ExitReason) {
    #expect(AgentNews(Self.report(reason, .removed), at: Self.begin) == nil)
  }

  @Test func `a supervisor that gives up is told as stopped`() {
    let news = AgentNews(Self.report(.error("x"), .gaveUp), at: Self.begin)
    #expect(news?.incident.kind == .gaveUp)
    #expect(news?.event?.kind == .agentStopped)
  }

  @Test func `a failed server is kept with how it ended and its last words, without what looks like a secret`() {
    let status = ToolServerStatus(
      state: .failed, restarts: 4,
      reason: "it ended with status 1; its stderr ended with:\nno such file: \u{1B}[1mdata.db\nAUTH TOKEN=1\nbye")
    let news = AgentNews(server: "git", status, at: Self.begin)
    #expect(news.incident.kind == .serverFailed)
    #expect(news.incident.reason == "it ended with status 1")
    #expect(news.incident.restarts == 4)
    #expect(news.incident.evidence == ["no such file: [1mdata.db", "AUTH TOKEN… (left out)", "bye"])
    #expect(news.event == nil)
    #expect(Incident(json: news.incident.json) == news.incident)
  }

  @Test func `of long last words the end is kept, within its bounds`() {
    let words = (0..<100).map { "\($0) " + String(repeating: "x", count: 300) }
    let lines = StderrEvidence.lines(of: "r; its stderr ended with:\n" + words.joined(separator: "\n"))
    #expect(lines == words.suffix(13).map { $0 })
    #expect(StderrEvidence.lines(of: "it does not exist") == [])
  }

  @Test func `an incident comes back from its JSON as it was`() {
    var incident = Incident(
      .stuck, supervisor: "workers", child: "task_1/s#1", reason: "stuck", at: Self.begin, done: "d")
    incident.number = 7
    incident.lastAt = Self.begin + .seconds(5)
    incident.times = 3
    incident.cause = .standstill
    incident.startedAt = Self.begin
    incident.lastBeat = Self.begin
    incident.restarts = 1
    incident.taskID = TaskID("task_1")
    incident.stepID = "s"
    #expect(Incident(json: incident.json) == incident)
    let bare = Incident(.serverFailed, child: "git", reason: "r", at: Self.begin, done: "d")
    #expect(Incident(json: bare.json) == bare)
    #expect(Incident(json: ["kind": "stuck"]) == nil)
  }
}
