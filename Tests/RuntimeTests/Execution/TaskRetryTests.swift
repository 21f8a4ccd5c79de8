import SCRProtocol
import Testing

@testable import SCRRuntime

@Suite("Retries of tasks")
struct TaskRetryTests {
  private static let now = Timestamp(milliseconds: 1_000_000)
  private static let cause = TaskReason(kind: TaskReason.toolFailed, message: "no")
  private static let passing = TaskRetry.Ending.failed(isRetryable: true, retryAfter: nil)

  private static func decide(
    _ retry: TaskRetry, _ endings: [TaskRetry.Ending], chance: Double = 0
  ) -> [TaskRetry.Decision] {
    var history = RetryHistory()
    return endings.map { retry.ended($0, cause: cause, &history, now: now, chance: chance) }
  }

  private static func again(_ milliseconds: Int64) -> TaskRetry.Decision {
    .again(at: now + .milliseconds(milliseconds))
  }

  @Test("pauses double up to the longest, then the task is dead with its own reason")
  func backoff() {
    let retry = TaskRetry(attempts: 5, backoff: .milliseconds(100), longest: .milliseconds(350), jitter: 0.5)
    #expect(
      Self.decide(retry, Array(repeating: Self.passing, count: 5))
        == [Self.again(100), Self.again(200), Self.again(350), Self.again(350), .dead(Self.cause)])
    #expect(Self.decide(retry, [Self.passing], chance: 1) == [Self.again(50)])
  }

  @Test("without retries, or where another try would not help, the task fails")
  func fails() {
    #expect(Self.decide(TaskRetry(), [Self.passing]) == [.fail(Self.cause)])
    #expect(
      Self.decide(TaskRetry(attempts: 9), [.failed(isRetryable: false, retryAfter: .seconds(1))])
        == [.fail(Self.cause)])
  }

  @Test("a moment that was named is waited for, up to a day")
  func retryAfter() {
    let retry = TaskRetry(attempts: 9, backoff: .seconds(1), jitter: 0)
    let hints: [Duration] = [.milliseconds(10), .seconds(90), .seconds(1_000_000)]
    #expect(
      Self.decide(retry, hints.map { .failed(isRetryable: true, retryAfter: $0) })
        == [Self.again(1000), Self.again(90_000), Self.again(86_400_000)])
  }

  @Test("an interruption is no failure and costs nothing, however often it comes")
  func interrupted() {
    let retry = TaskRetry(attempts: 2, backoff: .seconds(1), jitter: 0)
    let decisions = Self.decide(retry, Array(repeating: .interrupted, count: 100) + [Self.passing])
    #expect(decisions.dropLast() == ArraySlice(Array(repeating: Self.again(0), count: 100)))
    #expect(decisions.last == Self.again(1000))
  }

  @Test("a task under which the runtime dies again and again is dead, though it may not be retried")
  func poison() {
    let decisions = Self.decide(TaskRetry(poison: 3), Array(repeating: .died, count: 3))
    #expect(decisions.dropLast() == [Self.again(1000), Self.again(2000)])
    guard case .dead(let reason) = decisions[2] else {
      Issue.record("it lives")
      return
    }
    #expect(reason.kind == "poisoned")
    #expect(reason.message == "the runtime died 3 times while this task ran, and no step finished in between")
  }

  @Test("a step that finishes in between clears the task of the deaths")
  func progress() {
    var history = RetryHistory()
    let retry = TaskRetry(jitter: 0, poison: 2)
    for _ in 0..<10 {
      let decision = retry.ended(.died, cause: Self.cause, &history, now: Self.now, chance: 0)
      #expect(decision == Self.again(1000))
      history.stepFinished()
    }
  }

  @Test("a hundred failures overflow nothing, and odd numbers are brought into range")
  func bounds() {
    let retry = TaskRetry(attempts: 200, backoff: .seconds(10), longest: .seconds(20), jitter: 0)
    #expect(Self.decide(retry, Array(repeating: Self.passing, count: 100)).last == Self.again(20_000))
    #expect(
      TaskRetry(attempts: 0, backoff: .seconds(-1), longest: .seconds(-1), jitter: 7, poison: 0)
        == TaskRetry(attempts: 1, backoff: .zero, longest: .zero, jitter: 1, poison: 1))
  }

  @Test("the history comes back from JSON as it was")
  func json() {
    var history = RetryHistory()
    _ = TaskRetry().ended(.died, cause: Self.cause, &history, now: Self.now, chance: 0)
    _ = TaskRetry().ended(Self.passing, cause: Self.cause, &history, now: Self.now, chance: 0)
    #expect(history.json == ["failures": 1, "deaths": 1])
    #expect(RetryHistory(json: history.json) == history)
    #expect(RetryHistory(json: ["failures": -1, "deaths": 0]) == nil)
    #expect(RetryHistory(json: nil) == nil)
  }
}
