import Synchronization

/// How one child is found again when its guard is gone: by its mark, and by the numbers in the ledger.
final class ChildTrace: Sendable {
  let mark: String
  private let ledger: ChildLedger
  private let processes = Mutex<[ProcessIdentity]>([])

  init(mark: String, ledger: ChildLedger) {
    self.mark = mark
    self.ledger = ledger
  }

  /// Writes the guard down. Called on the launch thread, before the guard is told to go.
  func began(guard pid: Int32) {
    guard let process = ProcessIdentity(living: pid) else { return }
    processes.withLock { $0.append(process) }
    ledger.began(process)
  }

  /// Has the child written down. Never waits for a disk.
  func began(child pid: Int32) {
    guard let process = ProcessIdentity(living: pid) else { return }
    processes.withLock { $0.append(process) }
    LaunchThread.shared.post { [ledger] in ledger.began(process) }
  }

  /// All of it is gone.
  func ended() {
    for process in processes.withLock({ $0 }) { LaunchThread.shared.post { [ledger] in ledger.ended(process) } }
  }

  /// Kills everything that bears the mark.
  /// - Parameter done: called on another thread.
  func sweep(_ done: @escaping @Sendable () -> Void) {
    DedicatedThread.start { [self] in
      let swept = LeftoverSweep(prefixes: [mark], patience: .zero, grace: .zero).run()
      if !swept.contains(where: { $0.outcome == .survived }) { ended() }
      done()
    }
  }
}
