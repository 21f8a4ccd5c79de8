import SCRConnection
import SCRHTTP
import SCRProtocol
import Synchronization

enum FramingFuzz {
  private static let limit = 64

  static func problems(_ bytes: [UInt8]) -> [String] {
    let cuts = Cuts(bytes)
    let whole = frames([cuts.whole])
    var pieces: [[UInt8]] = []
    var rest = cuts
    while let piece = rest.next() { pieces.append(piece) }
    var problems: [String] = []
    if frames(pieces) != whole { problems.append("the frames depend on where the stream is cut") }
    for case .line(let line) in whole where line.count > limit || line.contains(0x0A) {
      problems.append("a line is over the limit, or two")
    }
    for case .oversized(let prefix, let length, _) in whole where length <= limit || prefix.count > 4096 {
      problems.append("a frame of \(length) bytes is taken for too large")
    }
    return problems
  }

  private static func frames(_ pieces: [[UInt8]]) -> [LineFramer.Frame] {
    var framer = LineFramer(limit: limit)
    var frames: [LineFramer.Frame] = []
    for piece in pieces { piece.withUnsafeBytes { framer.append($0) { frames.append($0) } } }
    framer.end { frames.append($0) }
    return frames.map { frame in
      // How much of a long line is kept may depend on the pieces; that it is its beginning may not.
      if case .oversized(_, let length, _) = frame { .oversized(prefix: [], length: length) } else { frame }
    }
  }
}

enum EventsFuzz {
  static func problems(_ bytes: [UInt8]) -> [String] {
    let cuts = Cuts(bytes)
    var pieces: [[UInt8]] = []
    var rest = cuts
    while let piece = rest.next() { pieces.append(piece) }
    let (whole, cut) = (events([cuts.whole]), events(pieces))
    return whole == cut ? [] : ["the events depend on where the stream is cut: \(whole ?? []), \(cut ?? [])"]
  }

  /// Nil where one is too large.
  private static func events(_ pieces: [[UInt8]]) -> [String]? {
    var parser = ServerSentEventParser(limit: 256)
    var events: [String] = []
    for piece in pieces {
      do { try parser.feed(piece) { events.append("\($0.name): \($0.text)") } } catch { return nil }
    }
    return events
  }
}

enum ConnectionFuzz {
  /// Answers what it is asked in line, refuses the rest, and cancels nothing.
  private final class Handler: ConnectionHandler {
    let acceptsBatches: Bool
    init(acceptsBatches: Bool) { self.acceptsBatches = acceptsBatches }

    func receive(
      _ request: IncomingRequest, on connection: Connection, output: inout JSONWriter
    ) -> Disposition {
      guard request.method == "echo" else { return .error(RPCError(.methodNotFound, "unknown")) }
      output.response(request.id) { writer in
        if let params = request.params { writer.raw(params.bytes) } else { writer.raw("{}") }
      }
      return .answered
    }

    func receive(_ notification: IncomingNotification, on connection: Connection) {}
  }

  /// Bytes that left, as they left.
  private final class Sink: FrameSink {
    let bytes = Mutex<[UInt8]>([])

    func send(_ frames: [UInt8], inline: Bool) -> Bool {
      bytes.withLock { $0.append(contentsOf: frames) }
      return true
    }
    func flush() {}
    func waitForRoom() async {}
  }

  static func problems(_ bytes: [UInt8]) -> [String] {
    var cuts = Cuts(bytes)
    let sink = Sink()
    let connection = Connection(
      handler: Handler(acceptsBatches: (bytes.first ?? 0) & 1 == 1), sink: sink,
      limits: Connection.Limits(inFlight: 4, frame: 512))
    let lines = cuts.whole.split(separator: 0x0A).count + 1
    while let piece = cuts.next() { piece.withUnsafeBytes { connection.receive($0) } }
    connection.endOfInput()
    let output: [UInt8] = sink.bytes.withLock { $0 }
    var problems: [String] = []
    if !output.isEmpty, output.last != 0x0A { problems.append("the last frame has no end") }
    let answers = output.split(separator: 0x0A)
    if answers.count > lines { problems.append("\(answers.count) answers to \(lines) lines") }
    for answer in answers {
      guard let json = try? JSONParser.parse(answer) else {
        problems.append("an answer is no JSON")
        continue
      }
      for answer in json.arrayValue ?? [json] {
        let isAnswer = answer["jsonrpc"] == "2.0" && (answer["result"] != nil) != (answer["error"] != nil)
        if !isAnswer { problems.append("an answer is none: \(answer.jsonText.prefix(200))") }
      }
    }
    return problems
  }
}
