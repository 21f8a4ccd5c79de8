import SCRRuntime
import Testing

struct BellTests {
  @Test func `who waits is woken, and who comes later waits for the next ring`() async {
    let bell = Bell()
    async let woken = bell.heard()
    bell.ring()
    #expect(await woken)
    let second = Task { await bell.heard() }
    bell.ring()
    #expect(await second.value)
  }

  @Test func `rings that nobody hears count as one`() async {
    let bell = Bell()
    bell.ring()
    bell.ring()
    #expect(await bell.heard())
    let next = Task { await bell.heard() }
    next.cancel()
    #expect(await next.value == false)
  }

  @Test func `a wait that is cancelled costs the bell nothing`() async {
    let bell = Bell()
    let cancelled = Task { await bell.heard() }
    cancelled.cancel()
    #expect(await cancelled.value == false)
    bell.ring()
    #expect(await bell.heard())
  }
}
