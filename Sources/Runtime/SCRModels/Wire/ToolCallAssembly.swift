import SCRProtocol
import SCRRuntime

/// Calls of one answer while their parts come in, perhaps interleaved.
struct ToolCallAssembly: Sendable {
  private struct Part: Sendable {
    var id: String
    var name: String
    var arguments = ""
    var isComplete = false
  }

  private var parts: [Part] = []
  private var places: [Int64: Int] = [:]
  /// Begins the ids of calls that come without one.
  private let idPrefix: String

  init(idPrefix: String) { self.idPrefix = idPrefix }

  /// Calls in one answer.
  static let limit = 128

  var isEmpty: Bool { parts.isEmpty }

  /// - Parameter key: the provider's number for the call.
  mutating func begin(_ key: Int64, id: String?, name: String) throws -> [ModelEvent] {
    guard parts.count < Self.limit else { throw StreamFailure.malformed("more than \(Self.limit) calls of tools") }
    let place = parts.count
    let id = id ?? "\(idPrefix)\(place + 1)"
    places[key] = place
    parts.append(Part(id: id, name: name))
    return [.toolCallStarted(call: place, id: id, name: name)]
  }

  func contains(_ key: Int64) -> Bool { places[key] != nil }
  func id(of key: Int64) -> String? { places[key].map { parts[$0].id } }

  mutating func append(_ key: Int64, _ piece: String) throws -> [ModelEvent] {
    guard let place = places[key] else { throw StreamFailure.malformed("arguments of a call that did not begin") }
    if piece.isEmpty { return [] }
    parts[place].arguments += piece
    return [.toolCallArguments(call: place, piece)]
  }

  /// - Parameter arguments: all of them, where the provider repeats them at the end.
  mutating func complete(_ key: Int64, arguments: String? = nil) -> [ModelEvent] {
    guard let place = places[key], !parts[place].isComplete else { return [] }
    parts[place].isComplete = true
    let part = parts[place]
    return [
      .toolCall(
        call: place, ModelToolCall(id: part.id, name: part.name, argumentsText: arguments ?? part.arguments))
    ]
  }

  /// All that are still open, in the order in which they began.
  mutating func completeAll() -> [ModelEvent] {
    var events: [ModelEvent] = []
    for key in places.sorted(by: { $0.value < $1.value }).map(\.key) { events += complete(key) }
    return events
  }
}
