import SCRProtocol
import Synchronization

/// One JSON-RPC 2.0 connection over a stream of lines, symmetric: both sides may call.
///
/// Input comes from one thread that calls ``receive(_:)``; that thread settles answers, cancellations and synchronous
/// requests itself. Nothing here starts before input arrives, and nothing polls.
package final class Connection: Sendable {
  package struct Limits: Sendable, Hashable {
    /// Requests of the peer that are in work at once; the reader waits at this limit.
    package var inFlight: Int
    /// Bytes of one line.
    package var frame: Int

    package init(inFlight: Int = 1024, frame: Int = 16 << 20) {
      self.inFlight = inFlight
      self.frame = frame
    }
  }

  /// Counts of what was wrong with the peer's output, for diagnosis.
  package struct Faults: Sendable, Hashable {
    package var malformed = 0
    package var strayResponses = 0
    package var lastMalformed: String?

    package init() {}
  }

  struct Shared {
    var core: ConnectionState
    var work: [RequestID: Task<Void, Never>] = [:]
    var calls: [RequestID: PendingCall] = [:]
    var faults = Faults()
    var drainWaiters: [DrainWaiter] = []
  }

  let shared: Mutex<Shared>
  private let framer: Mutex<LineFramer>
  /// Where the reader waits for room; signalled whenever a request ends.
  let capacity = Monitor(())
  let handler: any ConnectionHandler
  package let sink: any FrameSink
  /// Whether malformed lines are answered (servers) or counted (clients: a tool server may print junk); those that
  /// answer a call of ours fail it.
  private let answersMalformed: Bool
  private let limits: Limits

  package init(
    handler: any ConnectionHandler, sink: any FrameSink, limits: Limits = Limits(), answersMalformed: Bool = true
  ) {
    self.handler = handler
    self.sink = sink
    self.answersMalformed = answersMalformed
    self.limits = limits
    framer = Mutex(LineFramer(limit: limits.frame))
    shared = Mutex(Shared(core: ConnectionState(maxInFlight: limits.inFlight)))
  }

  package var faults: Faults { shared.withLock(\.faults) }

  // MARK: Input

  /// Takes bytes from the peer and does everything that they ask for which needs no waiting.
  ///
  /// - Returns: the requests for which there was no room. The reader hands them to ``resume(_:)`` before it reads on.
  package func receive(_ chunk: UnsafeRawBufferPointer) -> [IncomingRequest] {
    read { framer, deliver in framer.append(chunk, deliver) }
  }

  /// The stream ended. Our own calls fail; the peer's are finished as their ``DrainPolicy`` says.
  package func endOfInput() -> [IncomingRequest] {
    let waiting = read { framer, deliver in framer.end(deliver) }
    let orphans = shared.withLock { shared in
      shared.core.endOfInput()
      defer { shared.calls = [:] }
      return Array(shared.calls.values)
    }
    for call in orphans { call.settle(.failure(ConnectionError(.disconnected, "the peer closed the connection"))) }
    handler.inputEnded(on: self)
    checkDrained()
    return waiting
  }

  private func read(_ frames: (inout LineFramer, (LineFramer.Frame) -> Void) -> Void) -> [IncomingRequest] {
    var output = JSONWriter(capacity: 4096)
    var waiting: [IncomingRequest] = []
    framer.withLock { framer in
      frames(&framer) { frame in
        take(frame, &output, &waiting)
        if output.bytes.count > 1 << 16 { hand(&output) }
      }
    }
    hand(&output)
    sink.flush()
    return waiting
  }

  private func hand(_ output: inout JSONWriter) {
    guard !output.bytes.isEmpty else { return }
    sink.send(output.bytes, inline: true)
    output = JSONWriter(capacity: 1 << 16)
  }

  private func take(_ frame: LineFramer.Frame, _ output: inout JSONWriter, _ waiting: inout [IncomingRequest]) {
    switch frame {
    case .oversized(let prefix, let length):
      let error = RPCError(
        code: ErrorKind.invalidRequest.code,
        message: "the line of \(length) bytes is over the limit of \(limits.frame) bytes",
        data: ["kind": .string(ErrorKind.tooLarge.name), "retryable": false, "limit": .init(limits.frame)])
      malformed(MalformedMessage(id: Message.peekID(prefix), error: error), prefix, &output)
    case .line(let line):
      do throws(MalformedMessage) {
        receive(try Message.decode(line), &output, &waiting)
      } catch { malformed(error, line, &output) }
    }
  }

  private func malformed(_ fault: MalformedMessage, _ line: [UInt8], _ output: inout JSONWriter) {
    shared.withLock { shared in
      shared.faults.malformed += 1
      shared.faults.lastMalformed = String(decoding: line.prefix(200), as: UTF8.self)
    }
    if answersMalformed { output.response(fault.id, error: fault.error) } else { settleUnreadable(fault, line) }
  }

  private func receive(_ message: Message, _ output: inout JSONWriter, _ waiting: inout [IncomingRequest]) {
    switch message.kind {
    case .request(let id):
      let request = IncomingRequest(id: id, method: message.method, params: message.params)
      if !waiting.isEmpty {
        waiting.append(request)
      } else if !admit(request, &output) {
        waiting.append(request)
      }
    case .notification:
      let notification = IncomingNotification(method: message.method, params: message.params)
      if let id = Cancellation.requestID(in: notification) {
        waiting.removeAll { $0.id == id }
        cancel(id)
      } else {
        handler.receive(notification, on: self)
      }
    case .response(let id): settle(id, message)
    case .strayResponse: shared.withLock { $0.faults.strayResponses += 1 }
    }
  }

  /// - Returns: false if there is no room for the request now.
  @discardableResult
  func admit(_ request: IncomingRequest, _ output: inout JSONWriter) -> Bool {
    switch shared.withLock({ $0.core.admit(request.id) }) {
    case .wait: return false
    case .refused(let id, let error): output.response(id, error: error)
    case .admitted:
      switch handler.receive(request, on: self, output: &output) {
      case .answered: break
      case .error(let error): output.response(request.id, error: error)
      case .later(let policy, let work): start(request.id, policy, work)
      }
    }
    return true
  }
}
