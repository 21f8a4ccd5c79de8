/// Reads `text/event-stream` (WHATWG HTML §9.2.6) from pieces that may be cut anywhere, also within a character or a line end.
///
/// Fields other than `event` and `data`, and comments, are passed over. An event that the stream's end cuts off is dropped,
/// as the standard has it.
package struct ServerSentEventParser: Sendable {
  private var lines: LineSplitter
  private var fields: EventFields

  /// - Parameter limit: bytes of one event.
  package init(limit: Int = 8 << 20) {
    lines = LineSplitter(limit: limit, endings: .all)
    fields = EventFields(limit: limit)
  }

  /// - Throws: ``StreamTooLarge``; nothing may be fed afterwards.
  package mutating func feed(_ bytes: [UInt8], _ onEvent: (ServerSentEvent) throws -> Void) throws {
    // Taken out, not copied: two parts of one value cannot change at the same time.
    var fields = EventFields(limit: 0)
    swap(&fields, &self.fields)
    defer { swap(&fields, &self.fields) }
    try lines.feed(bytes) { line in
      if !line.isEmpty { return try fields.add(line) }
      if let event = fields.take() { try onEvent(event) }
    }
  }
}

/// The fields of the event that is coming.
private struct EventFields: Sendable {
  let limit: Int
  private var name: ArraySlice<UInt8> = []
  private var data: ArraySlice<UInt8> = []
  private var hasData = false

  init(limit: Int) { self.limit = limit }

  mutating func add(_ line: ArraySlice<UInt8>) throws {
    let colon = line.firstIndex(of: UInt8(ascii: ":"))
    let key = line[..<(colon ?? line.endIndex)]
    var value = colon.map { line[($0 + 1)...] } ?? []
    if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
    if key.elementsEqual("data".utf8) {
      if value.count > limit - data.count { throw StreamTooLarge(limit: limit) }
      if hasData {
        data.append(0x0A)
        data += value
      } else {
        data = value
      }
      hasData = true
    } else if key.elementsEqual("event".utf8) {
      name = value
    }
  }

  /// Nil for an event without data, which is none.
  mutating func take() -> ServerSentEvent? {
    defer { self = EventFields(limit: limit) }
    return hasData ? ServerSentEvent(nameBytes: name, data: data) : nil
  }
}

package struct ServerSentEvent: Sendable, Hashable {
  /// Empty for `message`.
  private let nameBytes: ArraySlice<UInt8>
  /// UTF-8; the lines of several `data` fields are joined by newlines. Of one line it is a slice of what was fed.
  package let data: ArraySlice<UInt8>

  package init(name: String = "message", data: [UInt8]) { self.init(nameBytes: Array(name.utf8)[...], data: data[...]) }

  fileprivate init(nameBytes: ArraySlice<UInt8>, data: ArraySlice<UInt8>) {
    self.nameBytes = nameBytes.elementsEqual("message".utf8) ? [] : nameBytes
    self.data = data
  }

  package var name: String { nameBytes.isEmpty ? "message" : String(decoding: nameBytes, as: UTF8.self) }
  package var text: String { String(decoding: data, as: UTF8.self) }
}

/// One event or line is longer than we keep.
package struct StreamTooLarge: Error, Sendable, Hashable, CustomStringConvertible {
  package let limit: Int
  package var description: String { "one piece of the answer is over the limit of \(limit) bytes" }
}
