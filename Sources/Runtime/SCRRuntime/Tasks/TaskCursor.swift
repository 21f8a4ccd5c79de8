/// The place in the list of tasks after which a page begins: the number of the task that the last page ended with.
/// Numbers count insertions, so tasks that are added later come before every such place and move nothing.
package struct TaskCursor: Sendable, Hashable {
  package let number: Int64

  package init(number: Int64) { self.number = number }

  /// - Throws: `StoreError.badCursor` for anything that ``text`` did not give.
  /// - Parameter list: what was listed, for the error.
  package init(_ text: String, of list: String = "tasks") throws(StoreError) {
    guard text.hasPrefix("n"), let number = Int64(text.dropFirst()), number > 0 else {
      throw StoreError(
        .badCursor, "the cursor \"\(text.prefix(80))\" is none that a list of \(list) gave: start again without one")
    }
    self.number = number
  }

  package var text: String { "n\(number)" }
}

extension TaskQuery {
  package static let limits = 1...500
  /// ``limit`` brought into ``limits``.
  package var pageSize: Int { min(max(limit, Self.limits.lowerBound), Self.limits.upperBound) }
}
