extension SupervisorState {
  func check(_ spec: ChildSpec) throws(SupervisorError) {
    if spec.isSignificant, flags.autoShutdown == .never {
      throw SupervisorError(
        .badCombination, "\(spec.id) is significant, but \(name) never shuts down by itself: give it an auto-shutdown")
    }
    if spec.isSignificant, spec.restart == .permanent {
      throw SupervisorError(
        .badCombination, "\(spec.id) is significant and permanent: what is always started again never ends for good")
    }
    try checkOpen()
    if children[spec.id] != nil {
      throw SupervisorError(.taken, "\(name) has a child \(spec.id) already: stop it and delete it first")
    }
    if children.count >= flags.maxChildren {
      throw SupervisorError(
        .full, "\(name) has its \(flags.maxChildren) children: \(spec.id) can be started when one has ended")
    }
  }

  func checkOpen() throws(SupervisorError) {
    guard life == .running else { throw SupervisorError(.stopping, "\(name) stops or has ended and starts nothing") }
    guard hasRoomForStuck else {
      throw SupervisorError(
        .tooManyStuck,
        "\(stuckChildren.count) children of \(name) cannot be stopped and still run: nothing is started until one ends")
    }
  }

  /// A child that is down and that nobody will start unasked.
  func checkAtRest(_ id: String) throws(SupervisorError) -> SupervisedChild {
    guard let child = children[id] else { throw unknown(id) }
    if child.phase.isAlive { throw SupervisorError(.running, "\(id) of \(name) runs: stop it first") }
    if child.wish == .run {
      throw SupervisorError(.restarting, "\(id) of \(name) is about to be started again: stop it first")
    }
    return child
  }

  func unknown(_ id: String) -> SupervisorError { SupervisorError(.notFound, "\(name) has no child \(id)") }
}
