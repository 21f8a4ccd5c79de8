import SCRProtocol
import SCRRuntime
import Testing

@testable import SCRCommand

/// Each checker catches what a broken runtime would leave behind, and nothing that a sound one leaves.
@Suite struct InvariantTests {
  private static let sound = ChaosFiles()

  @Test func `A task that went well breaks nothing, and is counted`() {
    let findings = Self.sound.evidence().findings()
    #expect(findings.mapValues(\.violations) == Dictionary(uniqueKeysWithValues: Invariant.allCases.map { ($0, []) }))
    #expect(
      findings.mapValues(\.checked) == [
        .lost: 1, .repeated: 2, .doubled: 2, .orphans: 0, .unexplained: 1, .keys: 1, .results: 2, .owner: 0,
        .alive: 0, .answers: 0, .letters: 0, .early: 0, .ticks: 0, .children: 0, .held: 0, .drained: 0, .budgets: 0,
      ])
  }

  @Test func `A task of an earlier round is checked again and not counted again`() {
    let evidence = Self.sound.evidence { file in
      file.round = 1
      file.isMissing = true
    }
    #expect(evidence.findings()[.lost]?.checked == 0)
    #expect(Array(evidence.complaints.keys) == [.lost])
  }

  // MARK: lost

  @Test func `lost: a task that was accepted and is not known`() {
    let evidence = Self.sound.evidence {
      $0.isMissing = true
      $0.answer = nil
    }
    #expect(evidence.complaints == [.lost: ["it was accepted, and get_task does not know it"]])
    #expect(evidence.findings()[.lost]?.violations.first?.evidence == ChaosFiles.events.map(\.text))
  }

  @Test func `lost: an end that is another one later`() {
    let evidence = Self.sound.evidence { $0.answer = ChaosFiles.answer("failed", reason: "a reason") }
    #expect(
      evidence.complaints[.lost] == ["it had ended as completed, and now it is failed or gives another result"])
  }

  @Test func `lost: an event that was told and is not stored`() {
    var evidence = Self.sound.evidence()
    evidence.vanished = [ChaosFiles.event(3, .taskStarted)]
    #expect(evidence.complaints == [.lost: ["an event that was told is no longer in the store"]])
  }

  // MARK: repeated

  @Test func `repeated: a step that starts again after it had completed`() {
    let evidence = Self.sound.evidence {
      $0.events.insert(ChaosFiles.event(9, .stepStarted, step: "a", at: 210), at: 6)
    }
    #expect(evidence.complaints == [.repeated: ["it started again after it had completed"]])
  }

  @Test func `repeated: a step that completes twice`() {
    let evidence = Self.sound.evidence { $0.events.insert(ChaosFiles.event(9, .stepCompleted, step: "a"), at: 6) }
    #expect(evidence.complaints == [.repeated: ["it completed twice"]])
  }

  @Test func `repeated: a tool that was called more often than its step started in that life`() {
    let evidence = Self.sound.evidence {
      $0.events.insert(ChaosFiles.event(9, .stepStarted, step: "a", at: 210), at: 4)
      $0.lines.append(ChaosFiles.line("a", .replay))
    }
    #expect(
      evidence.complaints == [
        .repeated: ["its tool was called 2 times in life 1 of the runtime, which started it 1 times"]
      ])
  }

  @Test func `A step that a crash interrupted may be called once in each life`() {
    let evidence = Self.sound.evidence {
      $0.events.insert(ChaosFiles.event(9, .stepStarted, step: "a", at: 210), at: 4)
      $0.lines.append(ChaosFiles.line("a", .replay, life: 2))
    }
    #expect(evidence.complaints == [:])
  }

  @Test func `Calls of a tool that only looks are no effects`() {
    let files = ChaosFiles(tools: (.look, .apply))
    let evidence = files.evidence { file in
      file.lines = [ChaosFiles.line("a", .look), ChaosFiles.line("a", .look)] + ChaosFiles.lines.suffix(1)
    }
    #expect(evidence.complaints == [:])
  }

  @Test func `repeated: a task that goes on after its end`() {
    let evidence = Self.sound.evidence { $0.events.append(ChaosFiles.event(9, .taskStarted)) }
    #expect(evidence.complaints == [.repeated: ["it went on, or ended once more, after its end"]])
  }

  @Test func `repeated: an effect for a step that completed rounds ago`() {
    var evidence = Self.sound.evidence()
    evidence.lateLines = [
      Evidence.LateLine(taskName: "r1t0", taskID: "task_0", stepID: "a", line: ChaosFiles.line("a"))
    ]
    #expect(
      evidence.complaints == [.repeated: ["a tool was called for a step that completed in an earlier round"]])
  }

  // MARK: doubled

  private static func called(_ lines: [LedgerLine], _ files: ChaosFiles = sound) -> Evidence {
    files.evidence { file in
      // As many starts as calls, so that nothing but the effects is wrong.
      for number in lines.indices.dropFirst() {
        file.events.insert(ChaosFiles.event(100 + Int64(number), .stepStarted, step: "a"), at: 4)
      }
      file.lines = lines + ChaosFiles.lines.suffix(1)
    }
  }

  @Test func `doubled: a key that changes between attempts`() {
    let evidence = Self.called([ChaosFiles.line("a"), ChaosFiles.line("a", serial: "alpha:2", key: "another")])
    #expect(evidence.complaints == [.doubled: ["its idempotency key changed between attempts"]])
  }

  @Test func `doubled: a call without a key`() {
    var line = ChaosFiles.line("a")
    line.key = nil
    #expect(Self.called([line]).complaints == [.doubled: ["its tool was called without an idempotency key"]])
  }

  @Test func `doubled: two effects under one key`() {
    let evidence = Self.called([ChaosFiles.line("a"), ChaosFiles.line("a", serial: "alpha:2")])
    #expect(evidence.complaints == [.doubled: ["it took effect twice"]])
  }

  @Test func `doubled: one key for two steps`() {
    let evidence = Self.sound.evidence {
      $0.lines = [
        ChaosFiles.line("a", key: "same"), ChaosFiles.line("b", key: "same", from: ["a": "alpha:1"]),
      ]
    }
    #expect(evidence.complaints == [.doubled: ["the idempotency key same came for r4t0/a and for r4t0/b"]])
  }

  @Test func `A further attempt under the same key that gives the same answer again doubles nothing`() {
    let evidence = Self.called([
      ChaosFiles.line("a", .refusal), ChaosFiles.line("a"), ChaosFiles.line("a", .replay),
    ])
    #expect(evidence.complaints == [:])
  }

  @Test func `doubled: two effects of a tool without a mark, where nobody asked for a further attempt`() {
    let lines = [ChaosFiles.line("a"), ChaosFiles.line("a", serial: "alpha:2")]
    let unmarked = Self.called(lines, ChaosFiles(tools: (.act, .apply)))
    #expect(
      unmarked.complaints == [
        .doubled: ["its tool is not marked, the plan asks for no further attempt, and it took effect 2 times"]
      ])
    #expect(Self.called(lines, ChaosFiles(tools: (.act, .apply), attempts: 2)).complaints == [:])
    #expect(Self.called(lines, ChaosFiles(tools: (.act, .apply), onUnknownOutcome: .retry)).complaints == [:])
  }

  // MARK: unexplained

  @Test(
    "unexplained: a task that has neither ended nor says what it waits for",
    arguments: [
      ("running", nil, "it is still running after everything was well again"),
      ("queued", "a reason", "it is still queued after everything was well again"),
      ("waiting", nil, "it is waiting without a reason"), ("failed", nil, "it is failed without a reason"),
      ("dead", "", "it is dead without a reason"), ("gone", nil, "it is in no state that there is"),
      ("failed", "a reason", "it is failed, and no event told of it"),
    ] as [(String, String?, String)])
  func unexplained(_ state: String, _ reason: String?, _ complaint: String) {
    let evidence = Self.sound.evidence { file in
      file.answer = ChaosFiles.answer(state, reason: reason)
      file.end = file.answer.flatMap { TaskFile.End($0) }
    }
    #expect(evidence.complaints == [.unexplained: [complaint]])
  }

  @Test(
    "A task may wait, fail or be cancelled, if it says why",
    arguments: [("waiting", EventKind.taskWaiting), ("failed", .taskFailed), ("cancelled", .taskCancelled)])
  func explained(_ state: String, _ kind: EventKind) {
    let evidence = Self.sound.evidence { file in
      file.events[7] = ChaosFiles.event(8, kind)
      file.answer = ChaosFiles.answer(state, reason: "a reason")
      file.end = file.answer.flatMap { TaskFile.End($0) }
    }
    #expect(evidence.complaints == [:])
  }

  // MARK: results

  @Test func `results: a value that no tool wrote down`() {
    let evidence = Self.sound.evidence { file in
      file.answer = ChaosFiles.answer(
        steps: [ChaosFiles.step("a", "alpha:1"), ChaosFiles.step("b", "beta:9")], result: "beta:9")
      file.end = file.answer.flatMap { TaskFile.End($0) }
    }
    #expect(
      evidence.complaints == [
        .results: ["it completed with beta:9, which is none of those that its tool wrote down"]
      ])
  }

  @Test func `results: a step that completed although its tool was never called`() {
    let evidence = Self.sound.evidence { $0.lines.removeLast() }
    #expect(
      evidence.complaints == [
        .results: ["it completed with beta:1, which is none of those that its tool wrote down"]
      ])
  }

  @Test func `results: another value is passed on than the one that was given`() {
    let evidence = Self.sound.evidence { $0.lines[1].from = ["a": "alpha:7"] }
    #expect(evidence.complaints == [.results: ["it was called with alpha:7 from a, which gave alpha:1"]])
  }

  @Test func `results: an end that is not that of the last step`() {
    let evidence = Self.sound.evidence { file in
      file.answer = ChaosFiles.answer(result: "alpha:1")
      file.end = file.answer.flatMap { TaskFile.End($0) }
    }
    #expect(evidence.complaints == [.results: ["its result is not what its last step gave"]])
  }

  @Test func `results: a task that completed without one of its steps`() {
    let evidence = Self.sound.evidence { file in
      file.answer = ChaosFiles.answer(
        steps: [ChaosFiles.step("a", "alpha:1"), ChaosFiles.step("b", nil, state: "running")])
      file.end = file.answer.flatMap { TaskFile.End($0) }
    }
    #expect(evidence.complaints == [.results: ["it completed, and its step b did not"]])
  }

  // MARK: keys, orphans, owner, alive

  @Test func `keys: a key that gave another task`() {
    let evidence = Self.sound.evidence { $0.otherIDs = ["task_2"] }
    #expect(evidence.complaints == [.keys: ["the same key gave another task: task_2"]])
  }

  @Test func `orphans: a process of a life that is over`() {
    var evidence = Self.sound.evidence()
    evidence.processes = 3
    evidence.survivors = [
      MarkedProcess(pid: 12, life: 1, role: .server, server: "alpha", command: "scr chaos-effects")
    ]
    #expect(evidence.complaints == [.orphans: ["a process outlived the runtime that it belonged to"]])
    #expect(
      evidence.findings()[.orphans]?.violations.first?.evidence == ["process 12 of life 1: scr chaos-effects"])
  }

  @Test func `owner: a second runtime that was let in`() {
    var evidence = Self.sound.evidence()
    evidence.secondRuntimes = ["exit code 5", "exit code 0"]
    evidence.wrongSecondRuntimes = ["it ended with exit code 0: "]
    #expect(
      evidence.complaints == [
        .owner: ["a second runtime on the same directory neither bridged to the first nor was refused"]
      ])
    #expect(evidence.findings()[.owner]?.checked == 2)
  }

  @Test func `alive: a runtime that did not start`() {
    var evidence = Self.sound.evidence()
    evidence.attempts = 2
    evidence.failures = ["the runtime could not be started"]
    #expect(evidence.complaints == [.alive: ["the runtime could not be started"]])
  }
}
