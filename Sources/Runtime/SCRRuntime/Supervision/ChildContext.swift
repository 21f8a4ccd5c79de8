import Synchronization

/// What a running child knows of its own life and tells its supervisor. Each call costs next to nothing.
package final class ChildContext: Sendable {
  package let id: String
  /// Grows with every start of any child of the supervisor; no two lives share one.
  package let generation: Int
  private let onReady: @Sendable () -> Void
  private let beats = Atomic<Int>(0)
  private let steps = Atomic<Int>(0)
  private let busy = Atomic<Bool>(false)
  private let fenced = Atomic<Bool>(false)
  private let started = Atomic<Bool>(false)
  private let inner = Mutex<Supervisor?>(nil)

  package init(id: String, generation: Int, onReady: @escaping @Sendable () -> Void = {}) {
    self.id = id
    self.generation = generation
    self.onReady = onReady
  }

  /// The start is over and has succeeded (``StartRule/whenReady``). Later calls change nothing.
  package func ready() {
    if !started.exchange(true, ordering: .acquiringAndReleasing) { onReady() }
  }

  var wasReady: Bool { started.load(ordering: .acquiring) }

  /// A sign of life.
  package func beat() { beats.add(1, ordering: .relaxed) }

  /// Work was taken up, or went forward. From now on a standstill is noticed, until ``idle()``.
  package func progress() {
    busy.store(true, ordering: .relaxed)
    steps.add(1, ordering: .relaxed)
    beat()
  }

  /// There is nothing to do; no progress is expected.
  package func idle() {
    busy.store(false, ordering: .relaxed)
    beat()
  }

  /// Whether somebody else may run in this child's place already. To be asked before anything that others can see.
  package var isFenced: Bool { fenced.load(ordering: .acquiring) }

  func fence() { fenced.store(true, ordering: .releasing) }

  var signs: LifeSigns {
    LifeSigns(
      beats: beats.load(ordering: .relaxed), steps: steps.load(ordering: .relaxed),
      isBusy: busy.load(ordering: .relaxed))
  }

  /// The supervisor that the child runs, if it is one.
  var supervisor: Supervisor? {
    get { inner.withLock { $0 } }
    set { inner.withLock { $0 = newValue } }
  }
}
