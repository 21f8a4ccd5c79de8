import SCRRuntime
import SCRTestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct OneShotTests {
  @Test func `the first value wins and everybody who waits gets it`() async {
    let shot = OneShot<Int>()
    #expect(shot.current == nil)
    await withTaskGroup(of: Int?.self) { group in
      for _ in 0..<20 { group.addTask { await shot.value() } }
      shot.fire(1)
      shot.fire(2)
      for await value in group { #expect(value == 1) }
    }
    #expect(shot.current == 1)
    #expect(await shot.value() == 1)
  }

  @Test func `who is cancelled waits no longer, the others do`() async {
    let shot = OneShot<Int>()
    async let patient = shot.value()
    await withTaskGroup(of: Int?.self) { group in
      group.addTask { await shot.value() }
      group.cancelAll()
      #expect(await group.next() == .some(nil))
    }
    shot.fire(3)
    #expect(await patient == 3)
  }

  @Test func `a value that is there is given to the cancelled too`() async {
    let shot = OneShot<Int>()
    shot.fire(4)
    await withTaskGroup(of: Int?.self) { group in
      group.cancelAll()
      group.addTask { await shot.value() }
      #expect(await group.next() == 4)
    }
  }
}
