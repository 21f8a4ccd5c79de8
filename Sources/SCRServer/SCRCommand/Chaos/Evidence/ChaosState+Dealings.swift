import SCRProtocol
import SCRRuntime

// What tasks ask, and what is sent to them.
extension ChaosState {
  mutating func takeQuestion(_ event: ChaosEvent, of name: String) {
    guard let id = event.data["approvalId"]?.stringValue else { return }
    switch event.kind {
    case .approvalRequested:
      let new = ChaosQuestion(
        id: id, taskName: name, stepID: event.stepID, kind: event.data["kind"]?.stringValue ?? "")
      questions[id, default: new].asked.append(event)
    case .approvalAnswered: questions[id]?.answered.append(event)
    default: break
    }
  }

  /// A question that nobody answers yet and somebody should.
  var nextQuestion: ChaosQuestion? {
    questions.values.first { question in
      !question.isTaken && question.answered.isEmpty
        && files[question.taskName]?.task.sides(of: question.kind, step: question.stepID) != nil
    }
  }

  /// The same, and from now on somebody does.
  mutating func takeNextQuestion() -> ChaosQuestion? {
    guard let question = nextQuestion else { return nil }
    questions[question.id]?.isTaken = true
    return question
  }

  mutating func sent(_ letter: ChaosLetter, to name: String) { letters[name, default: []].append(letter) }

  mutating func received(_ text: String, by name: String, _ receipt: ChaosLetter.Receipt) {
    guard let place = letters[name]?.firstIndex(where: { $0.text == text }) else { return }
    letters[name]?[place].receipt = receipt
  }
}

extension ChaosTask {
  /// Who answers a question of it, and how; nil where nobody does.
  func sides(of kind: String, step: String?) -> [(name: String, decision: String)]? {
    switch kind {
    case "approval":
      guard case .approval(let answer, _)? = step.flatMap(self.step)?.wait else { return nil }
      return answer.sides
    case "budget": return budget.map { [("left", $0.isExtended ? "extend" : "fail")] }
    default: return nil
    }
  }
}
