import MCPServer
import SCRTestSupport
import Testing

@Suite("Observers")
struct ObserversTests {
  @Test("each is told until what it was given is released, even while others are told")
  func lifetimes() {
    let observers = Observers<Int>()
    let (first, second) = (Signal<Int>(), Signal<Int>())
    var held: (any AnyObject & Sendable)? = observers.add { first.fire($0) }
    let other = observers.add { second.fire($0) }
    observers.tell(1)
    #expect(held != nil)
    held = nil
    observers.tell(2)
    #expect(first.all == [1])
    #expect(second.all == [1, 2])
    #expect(observers.count == 1)
    withExtendedLifetime(other) {}
  }
}
