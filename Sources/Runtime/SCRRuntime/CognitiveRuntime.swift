/// The runtime's face: accepts tasks, makes them durable, lets agents work them off, and tells what happens.
///
/// Knows neither connections nor JSON-RPC. ``run()`` does the work; without it tasks are accepted and wait.
package final class CognitiveRuntime: Sendable {
  package let registry: ToolRegistry
  package let incarnation = Incarnation.random()
  package let configuration: RuntimeConfiguration
  let store: any TaskStore
  let memory: any MemoryStore
  let clock: any RuntimeClock
  let hub: EventHub

  package init(
    store: any TaskStore, memory: any MemoryStore, registry: ToolRegistry, clock: any RuntimeClock,
    configuration: RuntimeConfiguration
  ) async throws(RuntimeError) { fatalError() }

  /// Recovers what an earlier incarnation left, then works tasks off until the task is cancelled or ``shutDown()``.
  package func run() async { fatalError() }

  /// Stops claiming, interrupts running steps (no attempt is lost by it) and returns when all agents are gone.
  package func shutDown() async { fatalError() }

  // MARK: Tasks

  /// - Throws: `RuntimeError`: `invalid_plan`, `invalid_input`, `model_unavailable`, `conflict`, `queue_full`,
  ///   `shutting_down`, `store_unavailable`. Nothing was accepted then.
  package func submit(_ submission: TaskSubmission) async throws(RuntimeError) -> SubmittedTask { fatalError() }
  /// - Throws: `not_found`.
  package func task(_ id: TaskID) async throws(RuntimeError) -> TaskSnapshot { fatalError() }
  /// Newest first.
  package func tasks(_ query: TaskQuery) async throws(RuntimeError) -> TaskPage { fatalError() }
  /// Idempotent: a task that has ended already is returned as it is. A running one is cancelled down to its tool calls;
  /// the answer comes when it has ended.
  package func cancel(_ id: TaskID) async throws(RuntimeError) -> TaskSnapshot { fatalError() }
  /// A new task with the same submission and `retryOf`. Only for tasks that have ended.
  package func retry(_ id: TaskID) async throws(RuntimeError) -> SubmittedTask { fatalError() }
  /// The task once it has ended, or has an event after `since`; nil when `timeout` is over first.
  /// Cancelling the caller ends the wait, never the task.
  package func wait(
    for id: TaskID, timeout: Duration?, since: Int64? = nil
  ) async throws -> TaskSnapshot? { fatalError() }

  // MARK: Events

  /// Stored events after `since`, oldest first.
  package func events(
    since: Int64, taskID: TaskID?, limit: Int
  ) async throws(RuntimeError) -> [RuntimeEvent] { fatalError() }
  /// Events from now on. What came before is read with ``events(since:taskID:limit:)``, up to the subscription's `since`.
  package func subscribe(taskID: TaskID? = nil) -> EventSubscription { fatalError() }

  // MARK: Tools and state

  /// One call outside of any task.
  package func callTool(_ call: ToolCall) async throws -> ToolCallOutcome { fatalError() }
  package func status() async throws(RuntimeError) -> RuntimeStatus { fatalError() }
}
