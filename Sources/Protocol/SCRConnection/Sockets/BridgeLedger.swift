import SCRProtocol

/// Which requests of a host went over a bridge and got no answer yet. Pure; it looks at bytes that pass and changes none.
///
/// It is there for the one line that tells what was lost when the owner dies, so it may be content with less than a
/// connection knows: of lines over a mebibyte it knows the id if that stands at their beginning, and of batches nothing.
struct BridgeLedger: Sendable {
  private var requests = LineFramer(limit: 1 << 20)
  private var answers = LineFramer(limit: 1 << 20)
  private(set) var open: [RequestID] = []
  /// Requests that are kept by id; of more only their number is known.
  private static let most = 4096
  private var isFull = false

  /// Bytes on their way to the owner. To be told before they are sent.
  mutating func sent(_ bytes: UnsafeRawBufferPointer) {
    var ended: [RequestID] = []
    var begun: [RequestID] = []
    requests.append(bytes) { frame in
      switch frame {
      case .oversized(let prefix, _, _): if let id = Message.peekID(prefix) { begun.append(id) }
      case .line(let line):
        guard let message = try? Message.decode(line) else { return }
        switch message.kind {
        case .request(let id): begun.append(id)
        case .notification: if let id = Self.cancelled(message) { ended.append(id) }
        case .response, .strayResponse: break
        }
      }
    }
    for id in begun where open.count < Self.most { open.append(id) }
    if begun.count > 0, open.count == Self.most { isFull = true }
    remove(ended)
  }

  /// Bytes on their way to the host.
  mutating func received(_ bytes: UnsafeRawBufferPointer) {
    var ended: [RequestID] = []
    answers.append(bytes) { frame in
      switch frame {
      case .oversized(let prefix, _, let answered):
        if let id = answered ?? Message.peekID(prefix) { ended.append(id) }
      case .line(let line): if case .response(let id)? = (try? Message.decode(line))?.kind { ended.append(id) }
      }
    }
    remove(ended)
  }

  private mutating func remove(_ ids: [RequestID]) {
    for id in ids { if let place = open.firstIndex(of: id) { open.remove(at: place) } }
  }

  private static func cancelled(_ message: Message) -> RequestID? {
    Cancellation.requestID(in: IncomingNotification(method: message.method, params: message.params))
  }

  /// `3 requests got no answer (1, "a", 7)`; nil if all did.
  var words: String? {
    if open.isEmpty { return nil }
    let named = open.prefix(10).map(\.quoted).joined(separator: ", ") + (open.count > 10 ? ", …" : "")
    let count = open.count == 1 ? "1 request" : "\(isFull ? "at least " : "")\(open.count) requests"
    return "\(count) got no answer (\(named))"
  }
}
