import SCRHTTP
import SCRProtocol
import SCRRuntime

/// Chat completions as a stream of server-sent events.
struct OpenAIChatDecoder: StreamDecoder {
  private var parser = ServerSentEventParser()
  private var reading: OpenAIChatReading

  init(_ reading: OpenAIChatReading) { self.reading = reading }

  var isDone: Bool { reading.isDone }

  mutating func feed(_ bytes: [UInt8], into events: inout [ModelEvent]) throws {
    var found: [ServerSentEvent] = []
    try parser.feed(bytes) { found.append($0) }
    for event in found where !isDone {
      if event.data.elementsEqual("[DONE]".utf8) {
        events += try reading.end()
      } else if let text = reading.text(of: event.data) {
        events.append(.text(text))
      } else {
        events += try reading.take(StreamFailure.json(event.data))
      }
    }
  }

  mutating func end() throws -> [ModelEvent] { try reading.end() }
}

/// A chat completion in one piece, from servers that do not stream.
struct OpenAIChatWhole: StreamDecoder {
  private var body: [UInt8] = []
  private var reading: OpenAIChatReading

  init(_ reading: OpenAIChatReading) { self.reading = reading }

  var isDone: Bool { reading.isDone }

  mutating func feed(_ bytes: [UInt8], into events: inout [ModelEvent]) throws { body += bytes }

  mutating func end() throws -> [ModelEvent] {
    try reading.take(StreamFailure.json(body)) + reading.end()
  }
}
