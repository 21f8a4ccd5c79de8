import SCRProtocol
import SCRRuntime
import Testing

@testable import SCRCommand

@Suite struct ChaosStateTests {
  private static let task = ChaosFiles().task

  private static func state(_ round: Int = 4, _ tasks: [ChaosTask] = [task]) -> ChaosState {
    var state = ChaosState()
    state.begin(ChaosPlan.Round(number: round, tasks: tasks, faults: [], recall: []))
    return state
  }

  @Test func `A task whose answer was lost is known by the event of its submission`() {
    var state = Self.state()
    for event in ChaosFiles.events { state.take(event) }
    #expect(state.files["r4t0"]?.taskID == "task_1")
    #expect(state.files["r4t0"]?.isAccepted == false)
    #expect(state.files["r4t0"]?.events == ChaosFiles.events)
  }

  @Test func `Events that come again after a restart are passed over`() {
    var state = Self.state()
    for event in ChaosFiles.events + ChaosFiles.events { state.take(event) }
    #expect(state.files["r4t0"]?.events == ChaosFiles.events)
    #expect(state.eventCount == ChaosFiles.events.count)
    #expect(state.lastSequence == 8)
  }

  @Test func `It is quiet once every submission is answered and every task has come to rest`() {
    var state = Self.state()
    state.openSubmissions = 1
    #expect(!state.isQuiet)
    state.accepted("r4t0", as: "task_1")
    state.openSubmissions = 0
    #expect(!state.isQuiet)
    for event in ChaosFiles.events.dropLast() { state.take(event) }
    #expect(!state.isQuiet)
    state.take(ChaosFiles.events[7])
    #expect(state.isQuiet)
  }

  @Test func `A task that waited and goes on is at rest no more`() {
    var state = Self.state()
    state.take(ChaosFiles.event(1, .taskSubmitted))
    state.take(ChaosFiles.event(2, .taskWaiting))
    #expect(state.isQuiet)
    state.take(ChaosFiles.event(3, .taskStarted))
    #expect(!state.isQuiet)
  }

  @Test func `A second id for one task is kept as evidence, whether an answer or an event told of it`() {
    var state = Self.state()
    state.accepted("r4t0", as: "task_1")
    state.accepted("r4t0", as: "task_1")
    state.accepted("r4t0", as: "task_2")
    var third = ChaosFiles.event(1, .taskSubmitted)
    third.taskID = "task_3"
    state.take(third)
    #expect(state.files["r4t0"]?.otherIDs == ["task_2", "task_3"])
  }

  @Test func `An event that is not stored has vanished, and so has one that is stored as another`() {
    var state = Self.state()
    for event in ChaosFiles.events { state.take(event) }
    for event in ChaosFiles.events.dropFirst() { state.takeAgain(event) }
    state.takeAgain(ChaosFiles.event(4, .stepStarted, step: "b"))
    state.rereadEnded()
    #expect(state.vanished.map(\.sequence) == [1, 4])
  }

  @Test func `The first answer that tells of an end is kept, and no answer at all is remembered`() {
    var state = Self.state()
    state.accepted("r4t0", as: "task_1")
    state.answered("r4t0", ChaosFiles.answer())
    state.answered("r4t0", ChaosFiles.answer("failed", reason: "a reason"))
    #expect(state.files["r4t0"]?.end == TaskFile.End(ChaosFiles.answer()))
    #expect(state.files["r4t0"]?.state == "failed")
    state.answered("r4t0", nil)
    #expect(state.files["r4t0"]?.isMissing == true)
  }

  @Test func `The evidence of a task that ended goes after some rounds, and an effect that comes then is late`() {
    var state = Self.state(4)
    state.accepted("r4t0", as: "task_1")
    state.answered("r4t0", ChaosFiles.answer())
    for round in 5...6 {
      state.begin(ChaosPlan.Round(number: round, tasks: [], faults: [], recall: []))
      state.forget()
    }
    #expect(state.files.isEmpty)
    state.take([ChaosFiles.line("a", .look), ChaosFiles.line("a")])
    #expect(
      state.lateLines == [
        Evidence.LateLine(taskName: "r4t0", taskID: "task_1", stepID: "a", line: ChaosFiles.line("a"))
      ])
  }

  @Test func `At the end every task of all rounds must be listed as it ended`() {
    var state = Self.state(4)
    state.accepted("r4t0", as: "task_1")
    state.answered("r4t0", ChaosFiles.answer())
    var evidence = Evidence(round: 4)
    evidence.files = state.endedFiles(["task_1": "completed"])
    #expect(evidence.complaints == [:])
    evidence.files = state.endedFiles(["task_1": "failed"])
    #expect(Array(evidence.complaints.keys) == [.lost])
    evidence.files = state.endedFiles([:])
    #expect(evidence.complaints == [.lost: ["it was accepted, and get_task does not know it"]])
  }
}
