import SCRProtocol
import SCRRuntime
import SCRServer
import SCRTestSupport
import Testing

@Suite("AnswerHolds", .timeLimit(.minutes(1)))
struct AnswerHoldsTests {
  private let task = TaskID("task_1")

  @Test("whoever passes a held task waits for the answer to its request, and for no other")
  func pass() async {
    let holds = AnswerHolds()
    let log = Signal<String>()
    holds.hold(task, until: .integer(1))
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await holds.pass(self.task)
        log.fire("passed")
      }
      await holds.pass(TaskID("task_2"))
      holds.answered(.integer(2))
      log.fire("answered")
      holds.answered(.integer(1))
    }
    #expect(log.all == ["answered", "passed"])
    await holds.pass(task)
  }

  @Test("a cancelled reader waits no longer")
  func cancelledReader() async {
    let holds = AnswerHolds()
    holds.hold(task, until: .integer(1))
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await holds.pass(self.task) }
      group.cancelAll()
    }
    #expect(holds.isHeld(task))
  }

  @Test("a request that was cancelled before it held its task holds nothing")
  func cancelledRequest() async {
    let holds = AnswerHolds()
    await withTaskGroup(of: Void.self) { group in
      group.cancelAll()
      group.addTask { holds.hold(self.task, until: .integer(1)) }
    }
    #expect(!holds.isHeld(task))
  }
}
