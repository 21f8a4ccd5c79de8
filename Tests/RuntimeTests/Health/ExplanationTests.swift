import SCRProtocol
import Testing

@testable import SCRRuntime

@Suite("Why a task is where it is") struct ExplanationTests {
  static let now = Timestamp(milliseconds: 1_700_000_000_000)
  static let earlier = now + .seconds(-10)

  static func facts(_ state: TaskState, _ change: (inout TaskFacts) -> Void = { _ in }) -> TaskFacts {
    var task = AgentTask(id: TaskID("task_1"), title: "T", state: state, workspaceRoot: "/w", createdAt: earlier)
    task.serverNames = []
    if state.isFinal { task.endedAt = now }
    var facts = TaskFacts(now: now, task: task)
    change(&facts)
    return facts
  }

  static func told(_ state: TaskState, _ change: (inout TaskFacts) -> Void = { _ in }) -> [Explanation.Cause] {
    Explanation(facts(state, change)).reasons
  }

  static func host(_ change: (inout TaskFacts.Host) -> Void = { _ in }) -> TaskFacts.Host {
    var host = TaskFacts.Host(isThere: true)
    host.workspaceRoot = "/w"
    host.incarnation = Incarnation("run_1")
    (host.runningTasks, host.maxConcurrentTasks) = (1, 8)
    host.servers = [:]
    change(&host)
    return host
  }

  // MARK: Queued

  private static func place(_ hold: QueueHold, moreUrgent: Int = 0) -> QueuePlace {
    let lane = QueueLane(taskClass: "default", priority: .normal, fairnessKey: "")
    return QueuePlace(lane: lane, inLane: 3, isExact: true, moreUrgent: moreUrgent, hold: hold)
  }

  @Test func `a queued task tells its rank among all, where more urgent ones come first`() {
    let reasons = Self.told(.queued) { facts in
      (facts.before, facts.laneCount) = (3, 9)
      facts.place = Self.place(.turn, moreUrgent: 12)
    }
    #expect(
      reasons.first?.message
        == "it is number 4 of 9 in its lane, the class default at priority normal; 12 of more urgent lanes come first, "
        + "so it is about number 16 of all")
  }

  @Test func `limits that the configuration gives its class are told as those that somebody set`() {
    let until = Self.now + .seconds(3)
    let rate = Self.told(.queued) { $0.place = Self.place(.rate(until: until)) }
    #expect(rate.map(\.kind) == [.rateLimit, .lane])
    #expect(rate.first?.until == until)
    let limit = Self.told(.queued) { $0.place = Self.place(.limit(2)) }
    #expect(limit.map(\.kind) == [.classLimit, .lane])
    // That all workers are busy is told as that.
    let all = Self.told(.queued) { facts in
      facts.host = Self.host { $0.runningTasks = 8 }
      facts.place = Self.place(.limit(8))
    }
    #expect(all.map(\.kind) == [.lane, .workerLimit])
  }

  private static let lane = Explanation.Cause(
    .lane, "it waits in the class default at priority normal", since: earlier)

  @Test func `a queued task tells its place, and that its turn is all it waits for`() {
    let reasons = Self.told(.queued) { facts in
      facts.task.fairnessKey = "ada"
      (facts.before, facts.laneCount) = (3, 9)
      facts.host = Self.host { $0.runningTasks = 8 }
    }
    #expect(
      reasons == [
        .init(
          .lane, "it is number 4 of 9 in its lane, the class default at priority normal of the key ada",
          since: Self.earlier),
        .init(
          .workerLimit,
          "8 tasks run, which is the limit of 8; those of more urgent or fairer lanes may come first",
          hint: "runtime.maxConcurrentTasks raises it"),
      ])
    #expect(
      Self.told(.queued) { $0.host = Self.host() } == [Self.lane, .init(.turn, "nothing holds it: it begins at once")])
    #expect(Self.told(.queued) == [Self.lane, .init(.turn, "nothing holds it but its turn")])
    #expect(
      Self.told(.queued) { $0.host = Self.host { $0.maxConcurrentTasks = 0 } }.map(\.kind) == [.lane, .workerLimit])
  }

  @Test func `a runtime that is not there, another folder, other servers and servers that are not ready hold it`() {
    let reasons = Self.told(.queued) { facts in
      facts.task.serverNames = ["git", "web"]
      facts.task.serversDigest = "old"
      facts.host = Self.host { host in
        host.isThere = false
        host.workspaceRoot = "/other"
        host.serversDigest = "new"
        host.servers = [
          "git": ToolServerStatus(state: .failed, reason: "no such file; its stderr ended with:\nTOKEN=1")
        ]
      }
    }
    #expect(
      reasons == [
        .init(
          .noRuntime, "no scr works on this state directory now", since: Self.earlier,
          hint: "scr serve goes on with what waits"),
        .init(
          .otherFolder, "it belongs to the folder /w; here is /other", since: Self.earlier, hint: "start scr in /w"),
        .init(
          .serverChanged, "the definition of its tool servers (git, web) has changed since its submission",
          since: Self.earlier, hint: "cancel it and submit it anew, or restore the definition"),
        .init(
          .serverNotReady, "its tool server git is failed: no such file",
          hint: "scr mcp smoke --server git shows what is wrong"),
        .init(
          .serverNotReady, "its tool server web is not configured",
          hint: "scr mcp smoke --server web shows what is wrong"),
        Self.lane,
      ])
  }

  private static func control(_ id: String, _ body: JSONValue) -> StoreDocument {
    StoreDocument(.queueControl, id: id, body: body, now: earlier)
  }

  @Test func `pauses, drains and limits of the queue and of its class hold it`() {
    let end = Self.now + .seconds(60)
    let reasons = Self.told(.queued) { facts in
      facts.controls = [
        Self.control("queue", ["pause": .integer(end.milliseconds), "limits": [:]]),
        Self.control("class/default", ["drain": true, "limits": ["maxConcurrent": 2]]),
      ]
      facts.runningOfClass = 2
    }
    #expect(
      reasons == [
        .init(
          .paused, "the queue is paused until \(end)", since: Self.earlier, until: end, hint: "resume_queue ends it"),
        .init(
          .draining, "its class default is being drained until somebody resumes it", since: Self.earlier,
          hint: "resume_queue with class default ends it"),
        .init(
          .classLimit, "2 tasks of its class default run, which is its limit of 2",
          hint: "set_queue_limits raises it"),
        Self.lane,
      ])
  }

  @Test func `a pause that is over, or a limit that is not reached, holds nothing`() {
    let reasons = Self.told(.queued) { facts in
      facts.controls = [
        Self.control("queue", ["pause": .integer(Self.now.milliseconds)]),
        Self.control("class/default", ["pause": false, "limits": ["maxConcurrent": 2]]),
      ]
      facts.runningOfClass = 1
    }
    #expect(reasons.map(\.kind) == [.lane, .turn])
  }

  // MARK: Scheduled

  @Test func `a scheduled task tells when it begins, and one that failed why it is tried again`() {
    let moment = Self.now + .seconds(5)
    #expect(
      Self.told(.scheduled) { $0.task.runAt = moment } == [
        .init(.runAt, "it goes into the queue at \(moment)", since: Self.earlier, until: moment)
      ])
    let again = Self.told(.scheduled) { facts in
      facts.task.runAt = moment
      facts.task.failedRuns = 2
      facts.task.reason = TaskReason(.timeout, "too slow", hint: "wait")
    }
    #expect(
      again == [
        .init(
          .retryPause, "it is tried again at \(moment): run 2 failed (timeout: too slow)", since: Self.earlier,
          until: moment, hint: "wait")
      ])
  }

  // MARK: Any state

  @Test func `a deadline and a parent are told of whatever has not ended`() {
    let reasons = Self.told(.queued) { facts in
      facts.task.deadline = Self.now + .seconds(2)
      facts.task.parent = TaskParent(taskID: TaskID("task_0"), stepID: "part")
      facts.parent = AgentTask(title: "P", state: .waiting, createdAt: Self.now)
    }
    #expect(
      reasons.suffix(2) == [
        .init(.deadline, "it has 2000 ms left before its deadline", until: Self.now + .seconds(2)),
        .init(.parent, "it is worked off for the step part of task_0, which is waiting"),
      ])
    #expect(
      Self.told(.queued) { $0.task.deadline = Self.now }.last?.message
        == "its deadline passed 0 ms ago: it is about to fail")
    #expect(Self.told(.completed) { $0.task.deadline = Self.now }.map(\.kind) == [.ended])
  }

  // MARK: Ended

  @Test func `an ended task tells its reason, the steps that failed, and what a retry would do`() {
    let reasons = Self.told(.failed) { facts in
      facts.task.reason = TaskReason(kind: TaskReason.stepFailed, message: "a failed", hint: "look")
      facts.steps = [
        StepRecord(
          taskID: facts.task.id, stepID: "a", state: .failed, attempt: 3,
          reason: TaskReason(.timeout, "too slow", hint: "more time"), endedAt: Self.now),
        StepRecord(taskID: facts.task.id, stepID: "b", state: .completed, attempt: 1),
        StepRecord(taskID: facts.task.id, stepID: "c", state: .skipped),
      ]
    }
    #expect(
      reasons == [
        .init(.ended, "it failed (step_failed): a failed", since: Self.now, hint: "look"),
        .init(.failedStep, "the step a failed after 3 attempts: too slow", since: Self.now, hint: "more time"),
        .init(.failedStep, "the step c skipped"),
        .init(
          .again, "retry_task submits the same plan and inputs as a new task, which begins with its first step",
          hint: "scr tasks retry task_1"),
      ])
    #expect(Self.told(.completed) == [.init(.ended, "it completed", since: Self.now)])
    #expect(Self.told(.dead).first?.message == "it was given up as a dead letter")
    #expect(Self.told(.cancelled).first?.message == "it was cancelled")
  }

  @Test func `an explanation as JSON`() {
    let explanation = Explanation(Self.facts(.completed))
    #expect(
      explanation.json == [
        "taskId": "task_1", "title": "T", "state": "completed",
        "reasons": [["kind": "ended", "message": "it completed", "since": "2023-11-14T22:13:20.000Z"]],
      ])
  }
}
