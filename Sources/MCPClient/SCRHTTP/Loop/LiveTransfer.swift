import CCurl

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An exchange while libcurl works on it, with the memory that libcurl points into. Used on the loop's thread alone.
final class LiveTransfer {
  let transfer: Transfer
  var timers: TransferTimers
  /// libcurl's handle; the number of the exchange in the loop's table.
  private(set) var handle: UnsafeMutableRawPointer?
  private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(SCR_CURL_ERROR_SIZE))
  private let body: UnsafeMutableRawBufferPointer?
  private var lingered = 0
  private var isLingering = false
  /// `SCR_CURL_PAUSE`, which the importer cannot read.
  private let pauseWord = 0x1000_0001
  private let turn: LoopTurn
  private var now: ContinuousClock.Instant { turn.now }

  init(_ transfer: Transfer, in turn: LoopTurn) {
    self.transfer = transfer
    self.turn = turn
    timers = TransferTimers(transfer.request.timeouts, start: turn.now)
    errorText.initialize(repeating: 0, count: Int(SCR_CURL_ERROR_SIZE))
    body = transfer.request.body.map { bytes in
      // At least one byte, since libcurl takes a null pointer for no body.
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
      copy.copyBytes(from: bytes)
      return copy
    }
  }

  deinit {
    errorText.deallocate()
    body?.deallocate()
  }

  /// - Returns: nil once the exchange is under way.
  func start(on loop: UnsafeMutableRawPointer, _ options: HTTPOptions) -> HTTPError? {
    let request = transfer.request
    guard request.headers.allSatisfy(\.isSafe), HTTPHeader("x", request.method).isSafe else {
      return HTTPError(.badRequest, "a header for \(request.address.authority) holds characters that no header may")
    }
    // Without it libcurl asks whether to send a large body, and waits a second where nobody answers.
    let lines = (request.headers.map(\.line) + ["Expect:"]).map { strdup($0) }
    defer { for line in lines { free(line) } }
    var result: Int32 = 0
    let strings = lines.map { UnsafePointer($0) }
    handle = strings.withUnsafeBufferPointer { strings in
      request.address.text.withCString { url in
        request.method.withCString { method in
          Self.withOptionalCString(options.caFile) { caFile in
            var described = scr_curl_request()
            described.url = url
            described.method = method
            described.headers = strings.baseAddress
            described.header_count = strings.count
            described.body = UnsafeRawPointer(body?.baseAddress)
            described.body_size = request.body?.count ?? 0
            described.connect_timeout_ms = max(1, Int((request.timeouts.connect / .milliseconds(1)).rounded(.up)))
            described.ca_file = caFile
            described.without_proxy = options.usesProxies && !request.address.isLoopback ? 0 : 1
            described.error_text = errorText
            described.on_header = Self.onHeader
            described.on_body = Self.onBody
            described.context = Unmanaged.passUnretained(self).toOpaque()
            return scr_curl_start(loop, &described, &result)
          }
        }
      }
    }
    return handle == nil ? failure(result) : nil
  }

  func failure(_ result: Int32) -> HTTPError? {
    if result == SCR_CURL_OK { return nil }
    let hasConnected = handle.map { scr_curl_connected($0) != 0 } ?? false
    return TransferFailure.error(
      result, detail: String(cString: errorText), address: transfer.request.address, hasConnected: hasConnected)
  }

  func linger() {
    isLingering = true
    timers.linger(from: now)
  }

  private func receive(_ piece: UnsafeRawBufferPointer) -> Int {
    if isLingering {
      lingered += piece.count
      return lingered > TransferTimers.lingerBytes ? 0 : piece.count
    }
    let (offer, waiter) = transfer.receive(piece)
    if let waiter { turn.waiters.append(waiter) }
    switch offer {
    case .taken:
      timers.received(at: now)
      return piece.count
    case .full:
      timers.paused()
      return pauseWord
    case .tooLarge: return 0
    }
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> LiveTransfer? {
    context.map { Unmanaged<LiveTransfer>.fromOpaque($0).takeUnretainedValue() }
  }

  private static let onHeader: scr_curl_bytes = { bytes, size, count, context in
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return LiveTransfer.of(context)?.transfer.receiveHeader(line) == true ? line.count : 0
  }

  private static let onBody: scr_curl_bytes = { bytes, size, count, context in
    LiveTransfer.of(context)?.receive(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
  }

  private static func withOptionalCString<Value>(
    _ text: String?, _ body: (UnsafePointer<CChar>?) -> Value
  ) -> Value {
    guard let text else { return body(nil) }
    return text.withCString { body($0) }
  }
}

/// What all exchanges share in one turn of the loop: with hundreds of them nothing of a turn may go through each.
final class LoopTurn {
  /// Read once for all pieces.
  private(set) var now = ContinuousClock.now
  /// Those whose pieces have come. To wake a thread for each costs more than the piece itself, so they go on together.
  var waiters: [CheckedContinuation<Void, Never>] = []

  func begin() { now = .now }

  func end() {
    for waiter in waiters { waiter.resume() }
    waiters.removeAll(keepingCapacity: true)
  }
}
