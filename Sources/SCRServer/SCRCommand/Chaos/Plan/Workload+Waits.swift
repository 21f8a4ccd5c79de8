// Tasks that wait for somebody, for something, or for tasks of their own.
extension Workload {
  /// A call, one or two waits, a call.
  mutating func waitingChain() -> [ChaosStep] {
    var steps = [step("s0", needs: [])]
    var wait = wait()
    for number in 0..<random.number(in: 1...2) {
      steps.append(ChaosStep(id: "w\(number)", needs: [steps[number].id], kind: .wait(wait)))
      if random.once(in: 2) { wait = self.wait() }
    }
    let needs = ["s0", steps[steps.count - 1].id]
    steps.append(step("last", needs: needs))
    return steps
  }

  /// A call, several children that run at the same time, a call that takes what they gave.
  mutating func familyFan(of parent: String, depth: Int) -> [ChaosStep] {
    var steps = [step("s0", needs: [])]
    for number in 0..<random.number(in: 1...3) {
      let id = "c\(number)"
      var child = ChaosTask(name: "\(parent).\(id)", steps: [], priority: 3, parent: parent)
      child.steps =
        switch random.below(6) {
        case 0 where depth < Self.depth: familyFan(of: child.name, depth: depth + 1)
        case 1: waitingChain()
        default: chain(length: random.number(in: 1...2))
        }
      steps.append(ChaosStep(id: id, needs: ["s0"], kind: .child(child)))
    }
    steps.append(step("last", needs: steps.dropFirst().map(\.id)))
    return steps
  }

  private static let depth = 2

  private mutating func wait() -> ChaosWait {
    switch random.below(7) {
    case 0..<3:
      let answer = ChaosAnswer(
        isApproval: !random.once(in: 4), isDoubled: random.once(in: 2), delayMs: random.below(60))
      return .approval(answer, timeoutMs: random.once(in: 5) ? random.number(in: 20...80) : nil)
    case 3..<6: return .event(delayMs: random.below(60))
    default: return .time(milliseconds: random.number(in: 20...150))
    }
  }

  /// Less than a task of so many calls needs.
  mutating func budget(for calls: Int) -> ChaosBudget {
    let limit: ChaosBudget.Limit =
      random.once(in: 3) ? .wallMs(random.number(in: 1...15)) : .toolCalls(random.number(in: 1...(calls - 1)))
    return ChaosBudget(limit: limit, isExtended: !random.once(in: 4))
  }
}
