/// Why the store could not do what was asked.
package struct StoreError: Error, Sendable, CustomStringConvertible {
  package struct Code: Sendable, Hashable {
    package let name: String
    package init(name: String) { self.name = name }

    /// A precondition of the batch does not hold: somebody else was first. Normal.
    package static let preconditionFailed = Code(name: "precondition_failed")
    /// The idempotency key belongs to `existing` already. Normal.
    package static let duplicateKey = Code(name: "duplicate_key")
    /// The unique key belongs to `existing`, which has not ended. Normal.
    package static let duplicateUnique = Code(name: "duplicate_unique")
    package static let badCursor = Code(name: "bad_cursor")
    /// A text that no store can keep: the fault of whoever sent it.
    package static let badText = Code(name: "bad_text")
    /// Another process owns the state directory.
    package static let locked = Code(name: "locked")
    package static let readOnly = Code(name: "read_only")
    package static let diskFull = Code(name: "disk_full")
    package static let corrupt = Code(name: "corrupt")
    /// The files come from a newer version of the program.
    package static let newerFormat = Code(name: "newer_format")
    /// The disk did not keep its word: nothing more is written until the next start (docs/decisions/0009).
    package static let flushFailed = Code(name: "flush_failed")
    package static let closed = Code(name: "closed")
    package static let failed = Code(name: "failed")
  }

  package var code: Code
  /// What happened, why, and what to do.
  package var message: String
  /// With `.duplicateKey`: the task that has the key, and the digest of its submission.
  package var existing: TaskID?
  package var existingDigest: String?
  package var cause: (any Error)?

  package init(
    _ code: Code, _ message: String, existing: TaskID? = nil, existingDigest: String? = nil,
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.existing = existing
    self.existingDigest = existingDigest
    self.cause = cause
  }

  package var description: String { message }
}
