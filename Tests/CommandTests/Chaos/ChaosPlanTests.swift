import SCRProtocol
import SCRRuntime
import Testing

@testable import SCRCommand

@Suite struct ChaosPlanTests {
  private static let plan = ChaosPlan(seed: 7, rounds: 30, tasksPerRound: 40, kinds: FaultKind.allCases)

  @Test func `The generator gives the numbers that SplitMix64 has for a seed`() {
    var random = SplitMix(seed: 0)
    #expect([random.next(), random.next()] == [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4])
  }

  @Test func `One seed stands for the same tasks and the same faults, in whatever order its rounds are asked for`() {
    let again = ChaosPlan(seed: 7, rounds: 30, tasksPerRound: 40, kinds: FaultKind.allCases)
    let forwards = (1...30).map { Self.plan.round($0) }
    let backwards = Array((1...30).reversed().map { again.round($0) }.reversed())
    #expect(forwards == backwards)
  }

  @Test func `Another seed stands for others`() {
    let other = ChaosPlan(seed: 8, rounds: 30, tasksPerRound: 40, kinds: FaultKind.allCases)
    #expect(Self.plan.round(1) != other.round(1))
  }

  @Test func `Every kind of fault has its turn before any has its second`() {
    let plan = ChaosPlan(seed: 3, rounds: 100, tasksPerRound: 1, kinds: FaultKind.allCases)
    let rounds = (1...FaultKind.allCases.count).map { Set(plan.round($0).faults.map(\.kind)) }
    #expect(rounds.reduce(into: Set()) { $0.formUnion($1) } == Set(FaultKind.allCases))
  }

  @Test func `Only the faults that were asked for happen, in the order of their moments`() {
    let plan = ChaosPlan(seed: 3, rounds: 50, tasksPerRound: 10, kinds: [.tornWrite, .hangServer])
    for number in 1...50 {
      let faults = plan.round(number).faults
      #expect((1...3).contains(faults.count))
      #expect(Set(faults.map(\.kind)).isSubset(of: [.tornWrite, .hangServer]))
      #expect(faults.map(\.afterEvents) == faults.map(\.afterEvents).sorted())
    }
  }

  @Test func `Every plan of the workload is one that the runtime takes`() throws {
    var kinds: Set<ChaosTool> = []
    var names: Set<String> = []
    for number in 1...20 {
      for task in Self.plan.round(number).tasks.flatMap(\.family) {
        #expect(names.insert(task.name).inserted)
        kinds.formUnion(task.steps.map(\.tool))
        let plan = try PlanParser.parse(task.plan)
        #expect(plan.steps.map(\.id) == task.steps.map(\.id))
        #expect(plan.steps.map { Set($0.dependencies) } == task.steps.map { Set($0.needs) })
      }
    }
    #expect(kinds == Set(ChaosTool.allCases))
  }

  @Test func `The workload has every form of waiting, families, budgets, keys, classes and moments`() {
    let tasks = (1...20).flatMap { Self.plan.round($0).tasks }
    let waits = tasks.flatMap(\.family).flatMap(\.steps).compactMap(\.wait)
    let answers = waits.compactMap { if case .approval(let answer, _) = $0 { answer } else { nil } }
    #expect(answers.contains(where: \.isDoubled) && answers.contains { !$0.isApproval })
    #expect(waits.contains { if case .approval(_, _?) = $0 { true } else { false } })
    #expect(waits.contains { if case .event = $0 { true } else { false } })
    #expect(waits.contains { if case .time = $0 { true } else { false } })
    #expect(tasks.flatMap(\.children).contains { !$0.children.isEmpty })
    #expect(tasks.contains { $0.children.count > 1 })
    #expect(tasks.contains { $0.budget?.isExtended == true } && tasks.contains { $0.budget?.isExtended == false })
    #expect(tasks.contains { $0.uniqueKey != nil } && tasks.contains { $0.weight != nil })
    #expect(Set(tasks.map(\.taskClass)) == [nil, ChaosTask.bulk, ChaosTask.drained])
    #expect(tasks.contains { $0.runAfterMs != nil } && tasks.contains { $0.runs > 1 })
    #expect(tasks.allSatisfy { task in task.family.allSatisfy { $0.taskClass == task.taskClass } })
  }

  @Test func `The queue is paused as a whole and by class, and drained, and pauses begin shortly before faults`() {
    let rounds = (1...60).map { Self.plan.round($0) }
    let holds = rounds.flatMap(\.holds)
    #expect(holds.contains { $0.kind == .pause && $0.taskClass == nil })
    #expect(holds.contains { $0.kind == .pause && $0.taskClass == ChaosTask.bulk })
    #expect(holds.contains { $0.kind == .drain && $0.taskClass == ChaosTask.drained })
    let near = rounds.filter { round in
      let fault = round.faults.first(where: \.kind.restarts)
      return round.holds.contains { hold in fault.map { (0...8).contains($0.afterEvents - hold.afterEvents) } ?? false }
    }
    #expect(near.count > 3)
  }

  @Test func `What waits, and what is a plan itself, is written as the runtime reads it`() throws {
    let child = ChaosTask(name: "r1t0.c", steps: [ChaosStep(id: "s0", server: "beta", tool: .look)], priority: 3)
    var task = ChaosTask(
      name: "r1t0",
      steps: [
        ChaosStep(id: "ask", kind: .wait(.approval(ChaosAnswer(), timeoutMs: 50))),
        ChaosStep(id: "news", needs: ["ask"], kind: .wait(.event(delayMs: 3))),
        ChaosStep(id: "c", needs: ["news"], kind: .child(child)),
        ChaosStep(id: "last", server: "alpha", tool: .look, needs: ["c", "news"]),
      ], priority: 1)
    task.budget = ChaosBudget(limit: .toolCalls(2))
    let submission = task.submission(ChaosMoments(runAt: "2026-01-01T00:00:00Z"))
    #expect(
      submission["plan"]?["steps"] == [
        [
          "id": "ask", "needs": [],
          "wait": ["approval": ["question": "May r1t0 go on?"], "timeoutMs": 50, "onTimeout": "continue"],
        ],
        ["id": "news", "needs": ["ask"], "wait": ["event": ["name": "news", "key": "r1t0"]]],
        ["id": "c", "needs": ["news"], "plan": child.plan],
        [
          "id": "last", "tool": "alpha.look",
          "arguments": ["token": "r1t0/last", "from": ["c": "${steps.c.structuredContent}"]], "needs": ["news"],
        ],
      ])
    #expect(submission["budget"] == ["toolCalls": 2])
    #expect(submission["runAt"] == "2026-01-01T00:00:00Z")
    _ = try PlanParser.parse(task.plan)
  }

  @Test func `A task is submitted with everything that belongs to it`() {
    let task = ChaosTask(
      name: "r1t0",
      steps: [
        ChaosStep(id: "a", server: "alpha", tool: .apply, workMs: 5, refusals: 1, attempts: 2, timeoutMs: 200),
        ChaosStep(
          id: "b", server: "beta", tool: .act, needs: ["a"], lingerMs: 7, resultBytes: 9, onUnknownOutcome: .fail),
      ], priority: 2, idempotencyKey: "k")
    #expect(
      task.submission(ChaosMoments(deadline: "2026-01-01T00:00:00Z")) == [
        "plan": [
          "title": "r1t0",
          "steps": [
            [
              "id": "a", "tool": "alpha.apply", "arguments": ["token": "r1t0/a", "workMs": 5, "refusals": 1],
              "retry": ["attempts": 2, "backoffMs": 20, "jitter": 0.5], "timeoutMs": 200,
            ],
            [
              "id": "b", "tool": "beta.act",
              "arguments": [
                "token": "r1t0/b", "lingerMs": 7, "resultBytes": 9,
                "from": ["a": "${steps.a.structuredContent.serial}"],
              ],
              "onUnknownOutcome": "fail",
            ],
          ],
          "result": "${steps.b.structuredContent.serial}",
        ],
        "priority": 2, "idempotencyKey": "k", "deadline": "2026-01-01T00:00:00Z",
      ])
  }
}
