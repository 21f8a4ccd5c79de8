import SCRProtocol
import SCRRuntime
import SCRServer
import SCRStore

/// One task that the owner of the state directory works off and a person waits for here: what happens is read beside the
/// owner, which only says that there is something to read, and is asked to cancel.
@MainActor final class BesideSession {
  private let id: TaskID
  private let owner: OwnerClient
  private let report: TaskReport
  private let display: ProgressDisplay
  private var since: Int64 = 0
  /// Whether the newest event that says so left the task ended, or waiting for somebody.
  private var isSettled = false
  private var signal: Int32?
  /// Why the owner tells of no more events.
  private var failure: (any Error)?

  init(_ id: TaskID, title: String, plan: JSONValue?, owner: OwnerClient, report: TaskReport) {
    self.id = id
    self.owner = owner
    self.report = report
    display = ProgressDisplay(
      RunProgress(title: title, plan: plan), style: report.style, output: report.context.output,
      clock: report.context.clock)
  }

  /// Follows the task to its end. SIGINT cancels it, other signals leave it to the owner.
  /// - Parameter path: the state directory.
  /// - Throws: ``CommandFailure`` with exit code 5 if the owner goes first; the task is kept.
  func run(in path: String) async throws -> CommandExit {
    let (context, output) = (report.context, report.context.output)
    if report.style == .block { context.signals.beforeForcedExit { output.draw(ProgressFrame.showCursor) } }
    let store: SQLiteTaskStore = try await SQLiteTaskStore.openReadOnly(path)
    let outcome: Result<CommandExit, any Error>
    do { outcome = .success(try await follow(store, context.signals)) } catch { outcome = .failure(error) }
    await store.close()
    return try outcome.get()
  }

  private func follow(_ store: any TaskStore, _ signals: TerminationSignals) async throws -> CommandExit {
    display.begin()
    do { try await settle(store, signals) } catch {
      display.end()
      throw error
    }
    display.end()
    if !isSettled, let signal {
      report.context.output.note("\(id) is left to process \(owner.pid), which works it off")
      return .signal(signal)
    }
    guard let snapshot = try await store.snapshot(of: id) else { throw StoredTasks.unknown(id) }
    try report.finish(snapshot)
    return TaskText.exit(snapshot.task, signal: signal)
  }

  private func settle(_ store: any TaskStore, _ signals: TerminationSignals) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await self.listen() }
      group.addTask { try await self.watch(signals) }
      group.addTask { await self.display.animate() }
      defer { group.cancelAll() }
      for await _ in owner.events {
        if try await read(store) || (signal != nil && signal != TerminationSignals.interrupt) { return }
      }
      if try await !read(store), let failure { throw failure }
    }
  }

  private func listen() async {
    do { _ = try await owner.call("stream", ["taskId": .string(id.text), "since": 0], about: id) } catch {
      failure = error
    }
    owner.news.finish()
  }

  private func watch(_ signals: TerminationSignals) async throws {
    guard let number = await signals.first() else { return }
    signal = number
    if number == TerminationSignals.interrupt {
      _ = try await owner.call("cancel_task", ["taskId": .string(id.text)], about: id)
    } else {
      owner.news.yield()
    }
  }

  /// - Returns: whether the task has ended, or waits for somebody.
  private func read(_ store: any TaskStore) async throws -> Bool {
    while true {
      let events = try await store.events(since: since, taskID: id, limit: 500)
      guard let newest = events.last else { return isSettled }
      since = newest.sequence
      display.apply(events)
      report.pass(events)
      for event in events { isSettled = event.settles ?? isSettled }
    }
  }
}

extension RuntimeEvent {
  /// Whether its task has ended, or waits for somebody, from here on; nil where it says nothing of that.
  var settles: Bool? {
    switch kind {
    case .taskCompleted, .taskFailed, .taskCancelled, .taskDead: true
    // A task that goes on by itself, after a time or a child task, is followed further.
    case .taskWaiting: data["needsAnswer"] == true
    case .taskQueued, .taskStarted: false
    default: nil
    }
  }
}
