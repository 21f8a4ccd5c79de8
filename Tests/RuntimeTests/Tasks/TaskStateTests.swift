import SCRRuntime
import Testing

struct TaskStateTests {
  @Test func `what has ended stays ended`() {
    #expect(TaskState.allCases.filter(\.isFinal) == [.completed, .failed, .cancelled, .dead])
    #expect(StepState.allCases.filter(\.isFinal) == [.completed, .failed, .skipped, .cancelled])
  }

  @Test func `levels beyond the bounds are brought to the nearest, and have the name of their part`() {
    let levels = [Int.min, 0, 1, 2, 3, 4, 5, 6, Int.max].map { TaskPriority(level: $0) }
    #expect(levels.map(\.level) == [1, 1, 1, 2, 3, 4, 5, 5, 5])
    #expect(
      levels.map(\.name) == ["high", "high", "high", "normal", "normal", "low", "low", "low", "low"])
  }

  @Test func `a priority is read by its name, and the more urgent is the smaller`() {
    #expect(["high", "normal", "low", "HIGH", "1"].map { TaskPriority(name: $0) } == [.high, .normal, .low, nil, nil])
    #expect([TaskPriority.low, .high, .normal].sorted() == [.high, .normal, .low])
  }
}
