package import SCRProtocol

/// What is in flight on one connection, both ways. Pure: no await, no clock, no logger.
///
/// Each input gives one decision; "draining and idle" is decided here and nowhere else.
package struct ConnectionState: Sendable {
  package enum Admission: Sendable, Hashable {
    case admitted
    /// The answer names the reason; the id belongs to another request where it is nil.
    case refused(RequestID?, RPCError)
    /// No room now. The reader keeps the request and reads no further.
    case wait
  }

  /// Tells requests apart that had the same id one after the other: a cancelled one may still run when its id is used
  /// again.
  package typealias Ticket = Int64

  package let maxInFlight: Int
  private struct Inbound {
    let ticket: Ticket
    let policy: DrainPolicy
  }

  /// Requests of the peer that are not answered.
  private var inbound: [RequestID: Inbound] = [:]
  private var lastTicket: Ticket = 0
  /// Requests whose ids are free again and whose answers are still on their way to the sink.
  private var leaving = 0
  private var outbound: Set<RequestID> = []
  private var lastOutbound: Int64 = 0
  package private(set) var isDraining = false

  package init(maxInFlight: Int) { self.maxInFlight = maxInFlight }

  package var inFlight: Int { inbound.count }

  @inline(__always)
  package func admit(_ id: RequestID) -> Admission {
    if inbound.isEmpty { return .admitted }
    if inbound[id] != nil {
      return .refused(nil, RPCError(.invalidRequest, "the id \(id) is in flight already; use another one"))
    }
    return inbound.count >= maxInFlight ? .wait : .admitted
  }

  /// An admitted request will be answered later.
  package mutating func begin(_ id: RequestID, _ policy: DrainPolicy) -> Ticket {
    lastTicket += 1
    inbound[id] = Inbound(ticket: lastTicket, policy: policy)
    return lastTicket
  }

  /// The answer is decided; ``sent()`` follows once it is queued.
  /// - Returns: false if the request is gone: it was cancelled, so nothing may be sent for it any more.
  package mutating func finish(_ id: RequestID, _ ticket: Ticket) -> Bool {
    guard inbound[id]?.ticket == ticket else { return false }
    inbound[id] = nil
    leaving += 1
    return true
  }

  package mutating func sent() { leaving -= 1 }

  /// - Returns: false if no such request is in flight.
  package mutating func cancel(_ id: RequestID) -> Bool { inbound.removeValue(forKey: id) != nil }

  package mutating func endOfInput() { isDraining = true }

  /// Whether the end of input has nothing left to wait for.
  package func isIdle(forgetting policy: DrainPolicy? = nil) -> Bool {
    isDraining && leaving == 0 && inbound.values.allSatisfy { $0.policy == policy }
  }

  /// Requests that may not outlive the end of input by more than the grace period.
  package func requests(_ policy: DrainPolicy) -> [RequestID] {
    inbound.filter { $0.value.policy == policy }.map(\.key)
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
  /// It finishes, or meets its own time-out: native waits and streams.
  case finish
  /// It gets the grace period and is cancelled then: MCP calls.
  case grace
}
