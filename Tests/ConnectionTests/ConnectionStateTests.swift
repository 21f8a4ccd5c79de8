import SCRConnection
import SCRProtocol
import Testing

@Suite("ConnectionState")
struct ConnectionStateTests {
  @Test("an id in flight is refused without an id member and leaves the first request alone")
  func duplicateID() {
    var state = ConnectionState(maxInFlight: 2)
    let started = state.begin(.integer(1), .grace)
    #expect(started == .now(1))
    #expect(state.refusal(of: .integer(1))?.code == -32600)
    #expect(state.refusal(of: .integer(1))?.message.contains("1") == true)
    #expect(state.refusal(of: .integer(2)) == nil)
    let wasOpen = state.finish(.integer(1), 1)
    #expect(wasOpen)
  }

  @Test("an id is quoted shortly, however long it is")
  func longID() {
    var state = ConnectionState(maxInFlight: 2)
    let id = RequestID.string(String(repeating: "x", count: 100_000))
    _ = state.begin(id, .grace)
    #expect((state.refusal(of: id)?.message.utf8.count ?? 0) < 200)
  }

  @Test("requests over the limit are parked, begin in order as slots come free, and close the room at the limit")
  func limit() {
    var state = ConnectionState(maxInFlight: 2)
    let started = ["a", "b", "c", "d"].map { state.begin(.string($0), .grace) }
    #expect(started == [.now(1), .now(2), .parked, .parked])
    #expect(!state.hasRoom)
    let none = state.next()?.ticket
    _ = state.cancel(.string("c"))
    #expect(state.hasRoom)
    _ = state.finish(.string("a"), 1)
    let next = state.next()
    let after = state.next()?.ticket
    #expect([none, next?.ticket, after] == [nil, 4, nil])
    #expect(next?.id == .string("d"))
  }

  @Test("waits take no slot and are refused, to be tried again, beyond a bound of their own")
  func waits() {
    var state = ConnectionState(maxInFlight: 1)
    let started = [state.begin(.integer(1), .finishWait), state.begin(.integer(2), .grace)]
    #expect(started == [.now(1), .now(2)])
    guard case .refused(let error) = state.begin(.integer(3), .finishWait) else {
      Issue.record("the second wait was not refused")
      return
    }
    #expect(error.kind == .rateLimited)
    #expect(error.data?["retryable"] == true)
    _ = state.cancel(.integer(1))
    let again = state.begin(.integer(3), .finishWait)
    #expect(again == .now(3))
  }

  @Test("a request that was finished once is not finished again")
  func finishOnce() {
    var state = ConnectionState(maxInFlight: 1)
    _ = state.begin(.integer(7), .finish)
    let outcomes = [state.finish(.integer(7), 1), state.finish(.integer(7), 1)]
    #expect(outcomes == [true, false])
  }

  @Test("a cancelled request that still runs cannot answer in the name of a later one with its id")
  func reusedID() {
    var state = ConnectionState(maxInFlight: 2)
    _ = state.begin(.integer(1), .finish)
    let cancelled = state.cancel(.integer(1))
    _ = state.begin(.integer(1), .finish)
    let outcomes = [cancelled, state.finish(.integer(1), 1), state.finish(.integer(1), 2)]
    #expect(outcomes == [true, false, true])
  }

  @Test("the end of input is idle once no request that counts remains")
  func draining() {
    var state = ConnectionState(maxInFlight: 4)
    _ = state.begin(.integer(1), .finish)
    _ = state.begin(.integer(2), .grace)
    #expect(!state.isIdle(of: .grace))
    state.endOfInput()
    #expect(!state.isIdle(of: .grace))
    _ = state.finish(.integer(2), 2)
    state.sent()
    #expect(state.isIdle(of: .grace))
    #expect(!state.isIdle())
    _ = state.finish(.integer(1), 1)
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
