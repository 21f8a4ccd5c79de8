import SCRProtocol
import SCRRuntime
import Testing

@testable import SCRCommand

@Suite struct ChaosOutcomeTests {
  private static let plan = ChaosPlan(seed: 7, rounds: 5, tasksPerRound: 2, kinds: [.killRuntime, .diskFull])

  private static func outcome(_ evidence: Evidence) -> ChaosOutcome {
    var outcome = ChaosOutcome(plan: plan)
    var evidence = evidence
    evidence.faults = [.diskFull, .diskFull]
    outcome.add(evidence)
    (outcome.effects, outcome.lives, outcome.duration) = (2, 3, .milliseconds(1234))
    return outcome
  }

  private static let broken = ChaosFiles().evidence { $0.otherIDs = ["task_2"] }
  private static let command = "scr chaos --rounds 5 --seed 7 --tasks 2 --only kill-runtime,disk-full"

  @Test func `JSON has the counts, and the command that does the same again`() {
    let json = Self.outcome(ChaosFiles().evidence()).json
    #expect(json["ok"] == true)
    #expect(json["seed"] == "7")
    #expect(json["rounds"] == 1)
    #expect(json["durationMs"] == 1234)
    #expect(json["states"] == ["completed": 1])
    #expect(json["faults"] == ["kill-runtime": 0, "disk-full": 2])
    #expect(json["invariants"]?["lost"] == ["claim": "accepted tasks lost", "violations": 0, "checked": 1])
    #expect(json["violations"] == [])
    #expect(json["repeat"] == .string(Self.command))
    #expect(json["folder"] == nil)
  }

  @Test func `A violation is told with its task, its step and what shows it`() {
    let json = Self.outcome(Self.broken).json
    #expect(json["ok"] == false)
    #expect(json["invariants"]?["keys"]?["violations"] == 1)
    #expect(
      json["violations"] == [
        [
          "invariant": "keys", "round": 4, "task": "r4t0", "taskId": "task_1",
          "text": "the same key gave another task: task_2", "evidence": [.string(ChaosFiles.events[0].text)],
        ]
      ])
  }

  @Test func `The text names what holds and what does not`() {
    var outcome = Self.outcome(Self.broken)
    outcome.folder = "/tmp/x"
    #expect(
      outcome.text == """
        1 of 5 rounds of chaos with seed 7 in 1.2 s

        ✓ accepted tasks lost                         0  of 1 tasks
        ✓ finished steps run again                    0  of 2 steps
        ✓ effects doubled on idempotent-marked tools  0  of 2 effects
        ✓ orphan processes                            0  of 0 processes
        ✓ tasks neither ended nor explained           0  of 1 tasks
        ✗ idempotency keys with more than one task    1  of 1 keys
        ✓ results that no tool gave                   0  of 2 steps
        ✓ second owners of the directory              0  of 0 attempts
        ✓ starts, stops and submissions that failed   0  of 0 attempts
        ✓ questions asked again, or answered twice    0  of 0 questions
        ✓ sent events lost, or delivered twice        0  of 0 events
        ✓ tasks and steps before their time           0  of 0 moments
        ✓ ticks of schedules lost, or run twice       0  of 0 ticks
        ✓ child tasks lost, doubled, or left behind   0  of 0 children
        ✓ tasks begun while the queue was held        0  of 0 holds
        ✓ drained tasks that do not say so            0  of 0 tasks
        ✓ calls beyond a budget                       0  of 0 budgets

        faults  kill-runtime 0, disk-full 2
        tasks   1 accepted (1 completed); 2 effects; 3 starts of the runtime

        ✗ keys, round 4 task r4t0 task_1: the same key gave another task: task_2
            event 1 task.submitted task_1 at 1970-01-01T00:00:00.110Z

        everything lies in /tmp/x
        the same again: \(Self.command)
        """)
  }

  @Test func `The report has a table of what must not be, and a chapter for each violation`() {
    let report = Self.outcome(Self.broken).markdown
    #expect(report.hasPrefix("# Chaos: something does not hold\n"))
    #expect(report.contains("| idempotency keys with more than one task | 1 | 1 keys |"))
    #expect(report.contains("| `disk-full` | 2 | no file of the runtime may grow for a while (RLIMIT_FSIZE) |"))
    #expect(report.contains("## idempotency keys with more than one task: round 4 task r4t0 task_1\n"))
    #expect(Self.outcome(ChaosFiles().evidence()).markdown.hasPrefix("# Chaos: everything holds\n"))
  }

  @Test func `Of each invariant some violations are shown, and all are counted`() {
    var evidence = Self.broken
    evidence.failures = (1...100).map { "failure \($0)" }
    let outcome = Self.outcome(evidence)
    #expect(outcome.violations.count == ChaosOutcome.mostViolations + 1)
    #expect(outcome.count(of: .alive) == 100)
    #expect(outcome.count(of: .keys) == 1)
  }

  @Test func `A line of progress names the round and its faults`() {
    let round = ChaosPlan.Round(
      number: 1, tasks: [],
      faults: [PlannedFault(kind: .tornWrite, afterEvents: 0, delayMs: 0, lengthMs: 0, choice: 0)], recall: [])
    let line = ChaosProgress.line(Self.outcome(Self.broken), round, .seconds(2))
    #expect(line == "round 1 of 5: DOES NOT HOLD (torn-write; 2.0 s)")
  }
}
