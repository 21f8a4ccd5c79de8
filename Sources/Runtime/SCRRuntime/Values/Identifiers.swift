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
    return String(unsafeUninitializedCapacity: bytes * 2) { digits in
      var random: UInt64 = 0
      for place in 0..<bytes {
        if place % 8 == 0 { random = generator.next() }
        digits[place * 2] = digit(random >> 4)
        digits[place * 2 + 1] = digit(random)
        random >>= 8
      }
      return bytes * 2
    }
  }

  private static func digit(_ bits: UInt64) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: bits & 15)
    return value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
  }
}
