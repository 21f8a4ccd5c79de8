import SCRProtocol
import Synchronization

/// One JSON-RPC 2.0 connection over a stream of lines, symmetric: both sides may call.
///
/// Input comes from one thread that calls ``receive(_:)``; that thread settles answers, cancellations and synchronous
/// requests itself. Nothing here starts before input arrives, and nothing polls.
package final class Connection: Sendable {
  package struct Limits: Sendable, Hashable {
    /// Requests of the peer that are in work at once. As many again are read and parked; then the reader waits. Waits
    /// and streams are counted for themselves, up to the same number.
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
    var jobs: [RequestID: Job] = [:]
    var calls: [RequestID: PendingCall] = [:]
    var faults = Faults()
    var drainWaiters: [DrainWaiter] = []
    /// Whether streams were told to come to their end.
    var endsStreams = false
    /// The newest of the notifications that wait for room.
    var held: [NotificationKey: [UInt8]] = [:]
    var isFlushing = false
    var droppedNotifications = 0
  }

  let shared: Mutex<Shared>
  private let framer: Mutex<LineFramer>
  /// What a batch may hold: its answers are kept until the last is there.
  private static let batchLimit = 1024

  /// Where the reader waits for room; signalled whenever a request ends.
  let capacity = Monitor(())
  let handler: any ConnectionHandler
  package let sink: any FrameSink
  private let tap: (any FrameTap)?
  /// Whether malformed lines are answered (servers) or counted (clients: a tool server may print junk); those that
  /// answer a call of ours fail it.
  private let answersMalformed: Bool
  private let limits: Limits
  let onInternalError: @Sendable (String, any Error) -> Void

  /// - Parameters:
  ///   - tap: looks on at the frames of both sides.
  ///   - onInternalError: gets the method and the error where the peer is told only that something broke.
  package init(
    handler: any ConnectionHandler, sink: any FrameSink, limits: Limits = Limits(), answersMalformed: Bool = true,
    tap: (any FrameTap)? = nil, onInternalError: @escaping @Sendable (String, any Error) -> Void = { _, _ in }
  ) {
    self.onInternalError = onInternalError
    self.handler = handler
    self.sink = tap.map { TappedSink(base: sink, tap: $0) } ?? sink
    self.tap = tap
    self.answersMalformed = answersMalformed
    self.limits = limits
    framer = Mutex(LineFramer(limit: limits.frame))
    shared = Mutex(Shared(core: ConnectionState(maxInFlight: limits.inFlight)))
  }

  package var faults: Faults { shared.withLock(\.faults) }

  // MARK: Input

  /// Takes bytes from the peer and does everything that they ask for which needs no waiting.
  /// A reader with a thread of its own calls ``waitForRoom()`` before it reads on.
  package func receive(_ chunk: UnsafeRawBufferPointer) {
    read { framer, deliver in framer.append(chunk, deliver) }
  }

  /// The stream ended. Our own calls fail; the peer's are finished as their ``DrainPolicy`` says.
  package func endOfInput() {
    read { framer, deliver in framer.end(deliver) }
    let orphans = shared.withLock { shared in
      shared.core.endOfInput()
      defer { shared.calls = [:] }
      return Array(shared.calls.values)
    }
    for call in orphans { call.settle(.failure(ConnectionError(.disconnected, "the peer closed the connection"))) }
    handler.inputEnded(on: self)
    checkDrained()
  }

  private func read(_ frames: (inout LineFramer, (LineFramer.Frame) -> Void) -> Void) {
    var output = JSONWriter(capacity: 4096)
    framer.withLock { framer in
      frames(&framer) { frame in
        take(frame, &output)
        if output.bytes.count > 1 << 16 { hand(&output) }
      }
    }
    hand(&output)
    sink.flush()
  }

  private func hand(_ output: inout JSONWriter) {
    guard !output.bytes.isEmpty else { return }
    sink.send(output.bytes, inline: true)
    output = JSONWriter(capacity: 1 << 16)
  }

  private func take(_ frame: LineFramer.Frame, _ output: inout JSONWriter) {
    switch frame {
    case .oversized(let prefix, let length, let answered):
      tap?.took(prefix, length: length, .received)
      let error = RPCError(
        code: ErrorKind.invalidRequest.code,
        message: "the line of \(length) bytes is over the limit of \(limits.frame) bytes",
        data: ["kind": .string(ErrorKind.tooLarge.name), "retryable": false, "limit": .init(limits.frame)])
      malformed(MalformedMessage(id: answered ?? Message.peekID(prefix), error: error), prefix, &output)
    case .line(let line):
      tap?.took(line, length: line.count, .received)
      do throws(MalformedMessage) {
        receive(try Message.decode(line), &output, nil)
      } catch {
        if error.isBatch, handler.acceptsBatches { return takeBatch(line, &output) }
        malformed(error, line, &output)
      }
    }
  }

  private func takeBatch(_ line: [UInt8], _ output: inout JSONWriter) {
    func refuse(_ kind: ErrorKind, _ message: String) {
      malformed(MalformedMessage(id: nil, error: RPCError(kind, message)), line, &output)
    }
    let messages: [JSONValue]
    do throws(JSONParseError) { messages = try JSONParser.parse(line).arrayValue ?? [] } catch {
      return refuse(.invalidRequest, "the batch is too large: \(error)")
    }
    if messages.isEmpty { return refuse(.invalidRequest, "the batch is empty") }
    if messages.count > Self.batchLimit {
      return refuse(.invalidRequest, "the batch holds \(messages.count) messages; send \(Self.batchLimit) at most")
    }
    let batch = Batch()
    for message in messages {
      let frame = message.encoded
      var answer = JSONWriter(capacity: 512)
      do throws(MalformedMessage) {
        receive(try Message.decode(frame), &answer, batch)
      } catch { malformed(error, frame, &answer) }
      batch.add(answer.bytes)
    }
    if let frame = batch.close() { output.raw(frame) }
  }

  private func malformed(_ fault: MalformedMessage, _ line: [UInt8], _ output: inout JSONWriter) {
    shared.withLock { shared in
      shared.faults.malformed += 1
      shared.faults.lastMalformed = String(decoding: line.prefix(200), as: UTF8.self)
    }
    if !answersMalformed { return settleUnreadable(fault, line) }
    if !fault.isNotification { output.response(fault.id, error: fault.error) }
  }

  private func receive(_ message: Message, _ output: inout JSONWriter, _ batch: Batch?) {
    switch message.kind {
    case .request(let id):
      admit(IncomingRequest(id: id, method: message.method, params: message.params), &output, batch)
    case .notification:
      let notification = IncomingNotification(method: message.method, params: message.params)
      // A peer may also end what we asked for: a subscription of ours has an id of our own.
      if let id = Cancellation.requestID(in: notification), cancel(id) { break }
      handler.receive(notification, on: self)
    case .response(let id): settle(id, message)
    case .strayResponse: shared.withLock { $0.faults.strayResponses += 1 }
    }
  }

  private func admit(_ request: IncomingRequest, _ output: inout JSONWriter, _ batch: Batch?) {
    if let error = shared.withLock({ $0.core.refusal(of: request.id) }) {
      return output.response(nil, error: error)
    }
    switch handler.receive(request, on: self, output: &output) {
    case .answered: break
    case .error(let error): output.response(request.id, error: error)
    case .later(let policy, let work):
      batch?.expect()
      if let error = start(Job(request: request, batch: batch, work: work), policy) {
        output.response(request.id, error: error)
        _ = batch?.settle([])
      }
    }
  }
}
