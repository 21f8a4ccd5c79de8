/// The public id of a task: opaque, with 128 random bits so that it cannot be guessed (interface.md, preamble).
package struct TaskID: Sendable, Hashable, CustomStringConvertible {
  package let text: String

  package init(_ text: String) { self.text = text }
  package static func random() -> TaskID { TaskID("task_" + RandomHex.make(bytes: 16)) }
  package var description: String { text }
}

/// Marks one life of the runtime process. What an earlier incarnation left running is recovered at boot.
package struct Incarnation: Sendable, Hashable, CustomStringConvertible {
  package let text: String

  package init(_ text: String) { self.text = text }
  package static func random() -> Incarnation { Incarnation("run_" + RandomHex.make(bytes: 16)) }
  package var description: String { text }
}

/// Lower-case hexadecimal digits from the system's random source.
package enum RandomHex {
  package static func make(bytes: Int) -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<bytes).map { _ in
      let byte = UInt8.random(in: 0...255, using: &generator)
      return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}
