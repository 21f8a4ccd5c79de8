import CProcessGuard

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What every child of a table, and whatever it starts, carries in its environment. A process that daemonised itself, took a
/// session of its own and lost its parent has it still.
package struct ChildMark: Sendable, Hashable {
  /// The variable that holds it.
  package static let variable = "SCR_CHILD_OF"

  /// 32 hexadecimal digits, random.
  package let token: String

  init() {
    token = (0..<2).map { _ in
      let digits = String(UInt64.random(in: .min ... .max), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  /// Nil for anything that no mark can be: a shorter text would be borne by more processes than ours.
  package init?(_ text: some StringProtocol) {
    let isHex = text.utf8.allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
    guard isHex, text.utf8.count == 32 else { return nil }
    token = String(text)
  }

  /// The variable's value for one child; the dot keeps the first from passing for the tenth.
  func value(of child: UInt64) -> String { "\(token)-\(child)." }

  /// How the values of all children begin.
  var prefix: String { "\(token)-" }
}

extension ProcessFacts {
  /// Whether the process was started with a mark that begins with one of these texts. Blocks.
  func bearsMark(beginningWith prefixes: [String]) -> Bool {
    if prefixes.isEmpty { return false }
    let texts = prefixes.map { strdup($0) }
    defer { for text in texts { free(text) } }
    var values = texts.map { UnsafePointer($0) }
    return scr_process_has_mark(identity.pid, ChildMark.variable, &values, Int32(values.count))
  }
}
