/// What every store says when it refuses a batch.
extension StoreError {
  /// `found` is the state or epoch that the store holds, nil where it knows no such task.
  package static func unmet(_ precondition: StorePrecondition, found: String?) -> StoreError {
    let found = found ?? "none, since there is no such thing"
    let message =
      switch precondition {
      case .taskState(let id, let states):
        "task \(id) is not in state \(states.map(\.rawValue).sorted().joined(separator: " or ")): found \(found)"
      case .taskEpoch(let id, let epoch): "the claim \(epoch) of task \(id) is not its newest: found \(found)"
      case .planRevision(let id, let revision):
        "the plan of task \(id) is not as it was when it was read: expected revision \(revision), found \(found)"
      case .documentRevision(let kind, let id, let revision):
        "the \(kind.rawValue) \(id) is not as it was when it was read: expected revision "
          + "\(revision.map { String($0) } ?? "none"), found \(found)"
      }
    return StoreError(.preconditionFailed, message)
  }

  package static func duplicateKey(existing: TaskID, digest: String?) -> StoreError {
    StoreError(
      .duplicateKey, "task \(existing) has this idempotency key already", existing: existing, existingDigest: digest)
  }

  package static func duplicateUnique(existing: TaskID) -> StoreError {
    StoreError(
      .duplicateUnique, "task \(existing) has this unique key and has not ended", existing: existing)
  }

  package static func idTaken(_ id: TaskID) -> StoreError {
    StoreError(.failed, "there is a task \(id) already: give the new one an id of its own")
  }

  package static func unknownTask(_ id: TaskID) -> StoreError {
    StoreError(.failed, "there is no task \(id) to change: insert it first")
  }

  package static let storeClosed = StoreError(.closed, "the store is closed: the process is shutting down")
}
