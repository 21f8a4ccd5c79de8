import SCRTestSupport
import Testing

@testable import SCRTools

@Suite(.timeLimit(.minutes(1))) struct LatestTaskTests {
  private let started = Signal<Int>()
  private let ended = Signal<String>()

  private func start(_ number: Int, in task: LatestTask) {
    task.start { [started, ended] in
      started.fire(number)
      ended.fire((try? await Gate().pass()) == nil ? "\(number) cancelled" : "\(number) passed")
    }
  }

  @Test func `another one cancels the one before`() async {
    let task = LatestTask()
    start(1, in: task)
    _ = await started.values(1)
    start(2, in: task)
    #expect(await ended.values(1) == ["1 cancelled"])
    #expect(await started.values(2) == [1, 2])
    #expect(ended.all == ["1 cancelled"])
    withExtendedLifetime(task) {}
  }

  @Test func `it ends with its owner`() async {
    do {
      let task = LatestTask()
      start(1, in: task)
      _ = await started.values(1)
    }
    #expect(await ended.values(1) == ["1 cancelled"])
  }
}
