import SCRProtocol

/// Names of classes and fairness keys: printable ASCII. Swift takes some texts for equal whose bytes differ, and the store
/// does not; a task under such a name might never have its turn.
package enum QueueName {
  package static let classBytes = 64
  package static let keyBytes = 128

  /// - Throws: `invalid_params` naming the member that is wrong.
  package static func check(taskClass: String) throws(RuntimeError) {
    try check(taskClass, "class", 1...classBytes)
  }

  /// - Throws: as ``check(taskClass:)``. Empty is the key of those that name none.
  package static func check(key: String) throws(RuntimeError) { try check(key, "key", 0...keyBytes) }

  private static func check(_ name: String, _ path: String, _ length: ClosedRange<Int>) throws(RuntimeError) {
    guard length.contains(name.utf8.count), name.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw RuntimeError(
        .invalidParams, "the \(path) \"\(name.prefix(40))\" is no name of the queue",
        hint: "use \(length.lowerBound) to \(length.upperBound) ASCII letters, digits and signs, without blanks",
        path: path)
    }
  }
}
