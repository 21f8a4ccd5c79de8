import Testing

@testable import SCRRuntime

@Suite("A bell wakes its waiter")
struct BellTests {
  @Test("a ring before the wait is kept, and several count as one")
  func kept() async {
    let bell = Bell()
    bell.ring()
    bell.ring()
    await bell.wait()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await bell.wait() }
      group.addTask { bell.ring() }
      await group.waitForAll()
    }
  }

  @Test("cancelling ends the wait, and the bell can be waited for again")
  func cancelled() async {
    let bell = Bell()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await bell.wait() }
      group.cancelAll()
    }
    bell.ring()
    await bell.wait()
  }
}
