import SCRConnection
import SCRProtocol
import Testing

@Suite("ConnectionState")
struct ConnectionStateTests {
  @Test("an id in flight is refused without an id member and leaves the first request alone")
  func duplicateID() {
    var state = ConnectionState(maxInFlight: 2)
    let ticket = state.begin(.integer(1), .grace)
    guard case .refused(nil, let error) = state.admit(.integer(1)) else {
      Issue.record("the second request was not refused")
      return
    }
    #expect(error.code == -32600)
    #expect(error.message.contains("1"))
    let wasOpen = state.finish(.integer(1), ticket)
    #expect(wasOpen)
  }

  @Test("at the limit of requests in flight the reader is told to wait")
  func limit() {
    var state = ConnectionState(maxInFlight: 1)
    #expect(state.admit(.string("a")) == .admitted)
    let ticket = state.begin(.string("a"), .finish)
    #expect(state.admit(.string("b")) == .wait)
    _ = state.finish(.string("a"), ticket)
    #expect(state.admit(.string("b")) == .admitted)
  }

  @Test("a request that was finished once is not finished again")
  func finishOnce() {
    var state = ConnectionState(maxInFlight: 1)
    let ticket = state.begin(.integer(7), .finish)
    let outcomes = [state.finish(.integer(7), ticket), state.finish(.integer(7), ticket)]
    #expect(outcomes == [true, false])
  }

  @Test("a cancelled request that still runs cannot answer in the name of a later one with its id")
  func reusedID() {
    var state = ConnectionState(maxInFlight: 2)
    let old = state.begin(.integer(1), .finish)
    let cancelled = state.cancel(.integer(1))
    let new = state.begin(.integer(1), .finish)
    let outcomes = [cancelled, state.finish(.integer(1), old), state.finish(.integer(1), new)]
    #expect(outcomes == [true, false, true])
  }

  @Test("the end of input is idle once only forgotten requests remain")
  func draining() {
    var state = ConnectionState(maxInFlight: 4)
    let first = state.begin(.integer(1), .finish)
    let second = state.begin(.integer(2), .grace)
    #expect(!state.isIdle(forgetting: .finish))
    state.endOfInput()
    #expect(!state.isIdle(forgetting: .finish))
    _ = state.finish(.integer(2), second)
    state.sent()
    #expect(state.isIdle(forgetting: .finish))
    #expect(!state.isIdle())
    _ = state.finish(.integer(1), first)
    state.sent()
    #expect(state.isIdle())
  }

  @Test("an answer that is decided and not yet queued keeps the end of input from being idle")
  func leaving() {
    var state = ConnectionState(maxInFlight: 4)
    let ticket = state.begin(.integer(1), .finish)
    state.endOfInput()
    _ = state.finish(.integer(1), ticket)
    #expect(state.inFlight == 0)
    #expect(!state.isIdle())
    #expect(!state.isIdle(forgetting: .finish))
    state.sent()
    #expect(state.isIdle())
  }

  @Test("requests of one policy are those that are still in flight")
  func policies() {
    var state = ConnectionState(maxInFlight: 4)
    let ticket = state.begin(.integer(1), .grace)
    _ = state.begin(.integer(2), .grace)
    _ = state.begin(.string("a"), .finish)
    #expect(Set(state.requests(.grace)) == [.integer(1), .integer(2)])
    _ = state.finish(.integer(1), ticket)
    _ = state.cancel(.integer(2))
    #expect(state.requests(.grace) == [])
    #expect(state.requests(.finish) == [.string("a")])
  }

  @Test("after the end of input no call of ours begins, and unknown answers settle nothing")
  func calls() {
    var state = ConnectionState(maxInFlight: 1)
    let first = state.call()
    let settled = [state.settle(.integer(1)), state.settle(.integer(1)), state.settle(.string("1"))]
    state.endOfInput()
    let late = state.call()
    #expect(first == .integer(1))
    #expect(settled == [true, false, false])
    #expect(late == nil)
  }
}
