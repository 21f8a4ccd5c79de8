/// Finds the id of a message that is too large to keep, while its bytes pass by. Pure; keeps some hundred bytes.
///
/// Looks at the members of the outermost object alone, so that no text inside can pass for an id.
package struct EnvelopeProbe: Sendable {
  private enum Place: Sendable { case key, value }

  private static let longest = 256

  private var depth = 0
  private var place = Place.key
  private var isInString = false
  private var isEscaped = false
  /// The key or value of the outermost object that is being read, as it is written.
  private var word: [UInt8] = []
  private var isIDNext = false
  private var idText: [UInt8]?
  /// Whether the message names a method: it is a request then, and no answer.
  package private(set) var namesMethod = false

  package init() {}

  /// The id, if it has passed by whole.
  package var id: RequestID? { idText.flatMap { try? JSONParser.parse($0) }.flatMap(RequestID.init) }

  package mutating func take(_ bytes: some Sequence<UInt8>) { for byte in bytes { take(byte) } }

  private mutating func take(_ byte: UInt8) {
    if isInString {
      keep(byte)
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isInString = false
      }
      return
    }
    switch byte {
    case UInt8(ascii: "\""):
      isInString = true
      keep(byte)
    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      if depth == 1 { memberEnded() }
      depth -= 1
    case UInt8(ascii: ":") where depth == 1 && place == .key:
      namesMethod = namesMethod || word == Array("\"method\"".utf8)
      isIDNext = word == Array("\"id\"".utf8)
      place = .value
      word = []
    case UInt8(ascii: ",") where depth == 1: memberEnded()
    case 0x20, 0x09, 0x0D, 0x0A: break
    default: keep(byte)
    }
  }

  private mutating func keep(_ byte: UInt8) {
    guard depth == 1, place == .key || isIDNext else { return }
    // What is longer is neither of the names, and no id that could be echoed.
    if word.count < Self.longest { word.append(byte) } else { isIDNext = false }
  }

  private mutating func memberEnded() {
    if place == .value, isIDNext { idText = word }
    (place, isIDNext, word) = (.key, false, [])
  }
}
