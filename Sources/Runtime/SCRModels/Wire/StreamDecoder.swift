import SCRProtocol
import SCRRuntime

/// Reads the body of an answer piece by piece. Pure: the same events come wherever the pieces were cut.
protocol StreamDecoder: Sendable {
  /// Adds what happened to `events`, also where it throws: what came before an error still came.
  /// - Throws: ``ModelError`` for what the interface does not allow, and for errors that the provider sends in the middle.
  mutating func feed(_ bytes: [UInt8], into events: inout [ModelEvent]) throws

  /// The body is over.
  /// - Throws: ``ModelError`` `cut` if the answer is not.
  mutating func end() throws -> [ModelEvent]

  /// Nothing more is wanted of the body.
  var isDone: Bool { get }
}

/// What every decoder may run into.
enum StreamFailure {
  static func malformed(_ what: String) -> ModelError {
    ModelError(.malformed, "the answer is not what the interface says: \(what)")
  }

  static let cut = ModelError(.cut, "the answer broke off in the middle")

  static func json(_ bytes: [UInt8]) throws -> JSONValue {
    do throws(JSONParseError) { return try JSONParser.parse(bytes) } catch { throw malformed("\(error)") }
  }

  static func json(_ bytes: ArraySlice<UInt8>) throws -> JSONValue {
    do throws(JSONParseError) { return try JSONParser.parse(bytes) } catch { throw malformed("\(error)") }
  }
}

extension JSONValue {
  /// A count of tokens; 0 for anything else.
  func tokens(_ path: String...) -> Int64 {
    var value: JSONValue? = self
    for key in path { value = value?[key] }
    return max(0, value?.integerValue ?? 0)
  }

  /// The text of a member that is no empty string.
  func text(_ key: String) -> String? { self[key]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } }
}
