package import SCRProtocol

/// What is in flight on one connection, both ways. Pure: no await, no clock, no logger.
///
/// Each input gives one decision; "draining and idle" is decided here and nowhere else.
package struct ConnectionState: Sendable {
  /// What becomes of a request that is answered later.
  package enum Start: Sendable, Hashable {
    case now(Ticket)
    /// It begins when ``next()`` gives it.
    case parked
    case refused(RPCError)
  }

  /// Tells requests apart that had the same id one after the other: a cancelled one may still run when its id is used
  /// again.
  package typealias Ticket = Int64

  package let maxInFlight: Int
  private struct Inbound {
    let ticket: Ticket
    let policy: DrainPolicy
    var isParked: Bool
  }

  /// Requests of the peer that are not answered.
  private var inbound: [RequestID: Inbound] = [:]
  private var lastTicket: Ticket = 0
  /// Requests whose ids are free again and whose answers are still on their way to the sink.
  private var leaving = 0
  /// Requests that wait for a slot, oldest first; those that were cancelled meanwhile are passed over.
  private var queue: [(id: RequestID, ticket: Ticket)] = []
  private var queueStart = 0
  private var slots = 0
  private var waits = 0
  private var parked = 0
  private var outbound: Set<RequestID> = []
  private var lastOutbound: Int64 = 0
  package private(set) var isDraining = false

  package init(maxInFlight: Int) { self.maxInFlight = maxInFlight }

  /// Whether the peer has closed its side and nothing but streams is left.
  package var hasOnlyStreams: Bool { isDraining && leaving == 0 && inbound.values.allSatisfy { $0.policy == .stream } }

  /// Whether the reader may read on: fewer requests are parked than may be in work.
  package var hasRoom: Bool { parked < maxInFlight }

  /// Why a request with this id cannot be taken; nil if it can. The answer must not carry the id: it belongs to another.
  @inline(__always)
  package func refusal(of id: RequestID) -> RPCError? {
    if inbound.isEmpty || inbound[id] == nil { return nil }
    return RPCError(.invalidRequest, "the id \(id.quoted) is in flight already; use another one")
  }

  /// A request will be answered later. Waits have a bound of their own and take no slot: only what the reader would
  /// have to read may end them.
  package mutating func begin(_ id: RequestID, _ policy: DrainPolicy) -> Start {
    let isWait = policy.isWait
    if isWait, waits >= maxInFlight {
      return .refused(
        RPCError(
          .rateLimited, "\(waits) requests of this connection wait or stream already", retryable: true,
          hint: "cancel some of them, or ask without wait"))
    }
    lastTicket += 1
    let isParked = !isWait && slots >= maxInFlight
    inbound[id] = Inbound(ticket: lastTicket, policy: policy, isParked: isParked)
    if isWait {
      waits += 1
    } else if isParked {
      queue.append((id, lastTicket))
      parked += 1
      return .parked
    } else {
      slots += 1
    }
    return .now(lastTicket)
  }

  /// The parked request that has found a slot now.
  package mutating func next() -> (id: RequestID, ticket: Ticket)? {
    while slots < maxInFlight, queueStart < queue.count {
      let first = queue[queueStart]
      queueStart += 1
      if queueStart == queue.count || queueStart > 2 * maxInFlight {
        queue.removeFirst(queueStart)
        queueStart = 0
      }
      guard inbound[first.id]?.ticket == first.ticket else { continue }
      inbound[first.id]?.isParked = false
      parked -= 1
      slots += 1
      return first
    }
    return nil
  }

  /// The answer is decided; ``sent()`` follows once it is queued.
  /// - Returns: false if the request is gone: it was cancelled, so nothing may be sent for it any more.
  package mutating func finish(_ id: RequestID, _ ticket: Ticket) -> Bool {
    guard inbound[id]?.ticket == ticket else { return false }
    guard cancel(id) else { return false }
    leaving += 1
    return true
  }

  package mutating func sent() { leaving -= 1 }

  /// - Returns: false if no such request is in flight.
  package mutating func cancel(_ id: RequestID) -> Bool {
    guard let request = inbound.removeValue(forKey: id) else { return false }
    if request.policy.isWait {
      waits -= 1
    } else if request.isParked {
      parked -= 1
    } else {
      slots -= 1
    }
    return true
  }

  package mutating func endOfInput() { isDraining = true }

  /// Whether the end of input has nothing left to wait for.
  /// - Parameter policy: only requests with this policy count; all do if it is nil.
  package func isIdle(of policy: DrainPolicy? = nil) -> Bool {
    isDraining && leaving == 0 && inbound.values.allSatisfy { policy != nil && $0.policy != policy }
  }

  /// Requests that may not outlive the end of input by more than the grace period.
  /// - Parameter policy: nil gives all.
  package func requests(_ policy: DrainPolicy?) -> [RequestID] {
    inbound.filter { policy == nil || $0.value.policy == policy }.map(\.key)
  }

  /// The id of a new request of ours; nil once the peer can no longer answer.
  package mutating func call() -> RequestID? {
    if isDraining { return nil }
    lastOutbound += 1
    outbound.insert(.integer(lastOutbound))
    return .integer(lastOutbound)
  }

  /// - Returns: false for answers to nothing: late, doubled or made up.
  package mutating func settle(_ id: RequestID) -> Bool { outbound.remove(id) != nil }
}

/// What the end of input means for a request in flight (interface.md §1).
package enum DrainPolicy: Sendable, Hashable {
  /// It finishes: native requests.
  case finish
  /// It finishes, or meets its own time-out, and may wait for ever until then: native waits.
  case finishWait
  /// It tells of what others do and comes to its end after them: native streams. Counted as a wait.
  case stream
  /// It gets the grace period and is cancelled then: MCP calls.
  case grace

  /// Whether it takes no slot: only what the reader would have to read may end it.
  var isWait: Bool { self == .finishWait || self == .stream }
}
