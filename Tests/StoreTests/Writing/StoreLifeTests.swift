import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRStore

@Suite("Closing a store", .timeLimit(.minutes(1)))
struct StoreLifeTests {
  @Test("the closer waits for the last one inside, nobody enters any more, and followers wait for the closer")
  func order() async throws {
    let (life, log, mayFinish) = (StoreLife(), Signal<String>(), Signal<Void>())
    try life.enter()
    try life.enter()
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        #expect(await life.beginClosing())
        log.fire("closing")
        _ = await mayFinish.values(1)
        life.finish()
      }
      life.leave()
      log.fire("leaving")
      life.leave()
      _ = await log.values(2)
      #expect(throws: StoreError.self) { try life.enter() }
      group.addTask {
        #expect(await !life.beginClosing())
        log.fire("followed")
      }
      log.fire("finishing")
      mayFinish.fire()
      await group.waitForAll()
    }
    #expect(log.all == ["leaving", "closing", "finishing", "followed"])
    #expect(await !life.beginClosing())
  }
}
