import SCRRuntime

// Whether anything will still happen by itself, or by what the run does.
extension ChaosState {
  /// Tasks that were accepted, as far as is known, and have not come to rest. Those of schedules come at any time.
  var restless: [TaskFile] { files.values.filter { !$0.taskID.isEmpty && !$0.task.isTick && !isAtRest($0) } }

  /// Nothing happens any more unless somebody does something.
  var isQuiet: Bool {
    openSubmissions == 0 && files.values.allSatisfy { $0.taskID.isEmpty || $0.task.isTick || isAtRest($0) }
  }

  /// Ended; or left for somebody's decision that nobody is going to take.
  private func isAtRest(_ file: TaskFile) -> Bool {
    guard let state = file.restingState else { return false }
    if state.isFinal { return true }
    // A child is cancelled when its parent has ended.
    if let parent = file.task.parent, files[parent]?.restingState?.isFinal == true { return false }
    return file.openWaits.allSatisfy { isLeft($0.value, of: file) }
  }

  private func isLeft(_ wait: TaskFile.OpenWait, of file: TaskFile) -> Bool {
    switch wait.kind {
    case "child":
      guard let child = wait.childID.flatMap({ names[$0] }).flatMap({ files[$0] }) else { return false }
      return child.restingState?.isFinal == false && isAtRest(child)
    case "event", "time": return false
    default: return file.task.sides(of: wait.kind, step: wait.stepID) == nil
    }
  }
}
