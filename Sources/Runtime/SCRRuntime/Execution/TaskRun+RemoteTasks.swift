import SCRProtocol

// Tasks that tool servers made of a step's call.
extension TaskRun {
  /// The step's attempt has ended: with its outcome, in the same commit, the task at the server is forgotten. Not where
  /// the call is to be taken up again by the next run.
  mutating func forgetRemoteTask(of stepID: String, _ outcome: AttemptOutcome, on shelf: RemoteTaskShelf) {
    if isStopping {
      switch outcome {
      case .interrupted, .stuck: return
      case .failed(let error) where error.mayHaveTakenEffect: return
      default: break
      }
    }
    guard shelf.forget(stepID) else { return }
    changes.append(.removeDocument(.remoteTask, RemoteTaskShelf.id(task.id, stepID)))
  }
}
