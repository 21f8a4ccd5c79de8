/// One JSON-RPC message: the members of its envelope, the rest left as bytes.
package struct Message: Sendable {
  package enum Kind: Sendable, Hashable {
    case request(RequestID)
    case notification
    case response(RequestID)
    /// The peer could not read the id of what it answers; there is nobody to give it to.
    case strayResponse
  }

  package let kind: Kind
  /// Empty in responses.
  package let method: String
  package let params: JSONSlice?
  package let result: JSONSlice?
  package let error: JSONSlice?
}

/// A frame that is no message, and the answer it deserves.
package struct MalformedMessage: Error, Sendable, Hashable {
  /// The id, if it could be read; otherwise the answer has no `id` member.
  package let id: RequestID?
  package let error: RPCError
  /// A notification, which must get no answer whatever is wrong with it (JSON-RPC 2.0, §4.1).
  package let isNotification: Bool
  /// An array of messages; some revisions have them.
  package let isBatch: Bool

  package init(id: RequestID?, error: RPCError, isNotification: Bool = false, isBatch: Bool = false) {
    self.id = id
    self.error = error
    self.isNotification = isNotification
    self.isBatch = isBatch
  }
}

extension Message {
  /// Classifies one frame. All of it is checked to be JSON; only the envelope is read.
  package static func decode(_ frame: [UInt8]) throws(MalformedMessage) -> Message {
    var envelope = Envelope()
    do throws(JSONParseError) {
      try frame.withUnsafeBufferPointer { bytes throws(JSONParseError) in try envelope.scan(bytes) }
    } catch {
      throw MalformedMessage(
        id: nil, error: RPCError(.parseError, "the line is not valid JSON: \(error)", path: "column \(error.column)"))
    }
    return try envelope.message(frame)
  }

  /// The id in the first bytes of a frame that was too large to keep, if it stands there.
  package static func peekID(_ prefix: [UInt8]) -> RequestID? {
    var envelope = Envelope()
    prefix.withUnsafeBufferPointer { bytes in try? envelope.scan(bytes) }
    // A number that ends where the prefix does may have lost digits.
    guard let range = envelope.id, range.upperBound < prefix.count else { return nil }
    return (try? JSONParser.parse(prefix[range])).flatMap(RequestID.init)
  }
}

/// Where the members of the envelope stand.
private struct Envelope {
  var id: Range<Int>?
  private var version: Range<Int>?
  private var method: Range<Int>?
  private var params: Range<Int>?
  private var result: Range<Int>?
  private var error: Range<Int>?
  private var isObject = false

  mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONParseError) {
    var cursor = JSONCursor(bytes)
    guard try cursor.peekToken() == UInt8(ascii: "{") else {
      try cursor.skipValue()
      return try cursor.expectEnd()
    }
    isObject = true
    let reader = cursor
    try cursor.scanObject { member in
      if reader.key(of: member, is: "jsonrpc") {
        version = member.value
      } else if reader.key(of: member, is: "id") {
        id = member.value
      } else if reader.key(of: member, is: "method") {
        method = member.value
      } else if reader.key(of: member, is: "params") {
        params = member.value
      } else if reader.key(of: member, is: "result") {
        result = member.value
      } else if reader.key(of: member, is: "error") {
        error = member.value
      }
    }
    try cursor.expectEnd()
  }

  func message(_ frame: [UInt8]) throws(MalformedMessage) -> Message {
    func slice(_ range: Range<Int>?) -> JSONSlice? { range.map { JSONSlice(validated: frame, range: $0) } }
    guard isObject else {
      let isBatch = frame.first { $0 > 0x20 } == UInt8(ascii: "[")
      let what = isBatch ? "batches are not supported" : "expected an object"
      throw MalformedMessage(
        id: nil, error: RPCError(.invalidRequest, "\(what); send one JSON object a line"), isBatch: isBatch)
    }
    let id = id.flatMap { readID(frame, $0) }
    func invalid(_ message: String, path: String) -> MalformedMessage {
      MalformedMessage(id: id, error: RPCError(.invalidRequest, message, path: path))
    }
    guard slice(version)?.isString("2.0") == true else {
      throw invalid("the member \"jsonrpc\" must be \"2.0\"", path: "jsonrpc")
    }
    guard let method = slice(method) else { return try response(frame, id, invalid) }
    guard let name = method.string, !name.isEmpty else {
      throw invalid("\"method\" must be a non-empty string", path: "method")
    }
    if let range = self.id, id == nil {
      let isInteger = frame[range].allSatisfy { $0 == UInt8(ascii: "-") || $0 &- UInt8(ascii: "0") < 10 }
      throw invalid(
        isInteger ? "an integer as id must fit into 64 bits" : "the id must be a string or an integer", path: "id")
    }
    let params = slice(params)
    if let params, !params.isObject {
      throw MalformedMessage(
        id: id, error: RPCError(.invalidParams, "\"params\" must be an object", path: "params"),
        isNotification: self.id == nil)
    }
    return Message(
      kind: id.map { .request($0) } ?? .notification, method: name, params: params, result: nil, error: nil)
  }

  private func response(
    _ frame: [UInt8], _ id: RequestID?, _ invalid: (String, String) -> MalformedMessage
  ) throws(MalformedMessage) -> Message {
    guard (result == nil) != (error == nil) else {
      throw invalid("a message needs \"method\", or one of \"result\" and \"error\"", "method")
    }
    return Message(
      kind: id.map { .response($0) } ?? .strayResponse, method: "", params: nil,
      result: result.map { JSONSlice(validated: frame, range: $0) },
      error: error.map { JSONSlice(validated: frame, range: $0) })
  }

  private func readID(_ frame: [UInt8], _ range: Range<Int>) -> RequestID? {
    if range.count == 1, frame[range.lowerBound] &- UInt8(ascii: "0") < 10 {
      return .integer(Int64(frame[range.lowerBound] - UInt8(ascii: "0")))
    }
    return (try? JSONParser.parse(frame[range])).flatMap(RequestID.init)
  }
}
