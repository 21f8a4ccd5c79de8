import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("Ended tasks are submitted again", .timeLimit(.minutes(1)))
struct RetryTests {
  private static let plan: JSONValue = [
    "title": "P", "inputs": ["a": 1, "b": 2], "steps": [["id": "s", "tool": "fake.echo"]],
  ]
  private let fixture = RuntimeFixture(FakeToolSource(["echo": { _ in ToolResult(text: "ok") }]))

  /// A dead letter of a submission.
  private func dead(_ runtime: CognitiveRuntime, _ submission: TaskSubmission) async throws -> TaskID {
    let id = try await runtime.submit(submission).id
    var task = try await runtime.cancel(id).task
    task.state = .dead
    task.reason = TaskReason(.timeout, "too slow")
    _ = try await fixture.store.commit(StoreBatch(at: fixture.clock.now(), changes: [.updateTask(task)]))
    return id
  }

  private func submission(_ title: String = "T", class taskClass: String = "default") -> TaskSubmission {
    TaskSubmission(plan: Self.plan, inputs: ["a": 5], title: title, taskClass: taskClass)
  }

  @Test("the new task is as the old one, and both name each other")
  func link() async throws {
    let runtime = try await fixture.make()
    var original = submission("Mine", class: "batch")
    original.priority = .high
    original.fairnessKey = "tenant"
    original.uniqueKey = "u"
    original.idempotencyKey = "k"
    original.unknownOutcomeDefault = .fail
    let old = try await dead(runtime, original)
    let new = try await runtime.retry(old)
    let task = try await runtime.task(new.id).task
    #expect(task.retryOf == old)
    #expect([task.title, task.taskClass, task.fairnessKey, task.uniqueKey] == ["Mine", "batch", "tenant", "u"])
    #expect(task.priority == .high)
    #expect(task.inputs == ["a": 5])
    #expect(task.unknownOutcomeDefault == .fail)
    #expect(task.idempotencyKey == nil)
    let letter = try await runtime.task(old).task
    #expect(letter.retriedAs == new.id)
    #expect(letter.state == .dead)
    let told = try await fixture.store.events(since: 0, taskID: old, limit: 99).last
    #expect(told?.kind == .taskRetried)
    #expect(told?.data == ["retriedAs": .string(new.id.text)])
  }

  @Test("inputs, plan, priority, class and time can be edited on the way")
  func edits() async throws {
    let runtime = try await fixture.make()
    let old = try await dead(runtime, submission())
    var edits = RetryEdits()
    edits.inputs = ["b": 7]
    edits.plan = ["title": "Q", "inputs": ["a": 0, "b": 0], "steps": [["id": "other", "tool": "fake.echo"]]]
    edits.priority = .low
    edits.taskClass = "slow"
    edits.runAt = fixture.clock.now() + .seconds(60)
    let new = try await runtime.retry(old, edits)
    #expect(new.state == .scheduled)
    let task = try await runtime.task(new.id).task
    #expect(task.inputs == ["a": 5, "b": 7])
    #expect(task.plan == edits.plan)
    #expect(task.priority == .low)
    #expect(task.taskClass == "slow")
    #expect(task.runAt == edits.runAt)
  }

  @Test("an edit that makes no good plan is refused, and the letter stays as it is")
  func badEdit() async throws {
    let runtime = try await fixture.make()
    let old = try await dead(runtime, submission())
    var edits = RetryEdits()
    edits.plan = ["title": "Q", "steps": []]
    let error = await #expect(throws: RuntimeError.self) { try await runtime.retry(old, edits) }
    #expect(error?.kind == .invalidPlan)
    #expect(try await runtime.task(old).task.retriedAs == nil)
  }

  @Test("a task whose unique key another holds waits for its end")
  func uniqueKeyTaken() async throws {
    let runtime = try await fixture.make()
    var unique = submission()
    unique.uniqueKey = "u"
    let old = try await dead(runtime, unique)
    let holder = try await runtime.submit(
      {
        unique.id = .random(); return unique
      }()
    ).id
    let error = await #expect(throws: RuntimeError.self) { try await runtime.retry(old) }
    #expect(error?.kind == .conflict)
    #expect(error?.taskID == holder)
    #expect(try await runtime.task(old).task.retriedAs == nil)
  }

  @Test("all dead letters of a class, page by page, each once")
  func bulk() async throws {
    let runtime = try await fixture.make()
    var letters: [TaskID] = []
    for number in 0..<5 { letters.append(try await dead(runtime, submission("\(number)", class: "batch"))) }
    let other = try await dead(runtime, submission())
    _ = try await runtime.retry(letters[4])
    var request = RetryRequest(.ended(in: .dead, taskClass: "batch", before: nil), limit: 2)
    var retried: [TaskID] = []
    var pages = 0
    repeat {
      let page = try await runtime.retry(request)
      retried += page.retried.map(\.old)
      request.cursor = page.nextCursor
      pages += 1
    } while request.cursor != nil
    #expect(retried == [letters[3], letters[2], letters[1], letters[0]])
    #expect(pages == 3)
    request.cursor = nil
    #expect(try await runtime.retry(request).retried.isEmpty)
    #expect(try await runtime.task(other).task.retriedAs == nil)
  }

  @Test("only those that ended before a moment")
  func before() async throws {
    let runtime = try await fixture.make()
    let old = try await dead(runtime, submission())
    fixture.clock.advance(by: .seconds(10))
    let moment = fixture.clock.now()
    _ = try await dead(runtime, submission())
    let page = try await runtime.retry(RetryRequest(.ended(in: .dead, taskClass: nil, before: moment)))
    #expect(page.retried.map(\.old) == [old])
  }

  @Test("what cannot be retried is told one by one")
  func refused() async throws {
    let runtime = try await fixture.make()
    let good = try await dead(runtime, submission())
    let queued = try await runtime.submit(submission()).id
    let page = try await runtime.retry(RetryRequest(.tasks([queued, good, TaskID("task_none"), good])))
    #expect(page.retried.map(\.old) == [good])
    #expect(page.refused.map(\.id) == [queued, TaskID("task_none")])
    #expect(page.refused.map(\.error.kind) == [.conflict, .notFound])
  }

  @Test("a full queue ends the call, which goes on from there once there is room")
  func fullQueue() async throws {
    var fixture = fixture
    fixture.configuration.maxQueuedTasks = 2
    let runtime = try await fixture.make()
    var letters: [TaskID] = []
    for number in 0..<4 { letters.append(try await dead(runtime, submission("\(number)"))) }
    var request = RetryRequest(.ended(in: .dead, taskClass: nil, before: nil))
    let first = try await runtime.retry(request)
    #expect(first.retried.map(\.old) == [letters[3], letters[2]])
    #expect(first.refused.map(\.error.kind) == [.queueFull])
    let error = await #expect(throws: RuntimeError.self) { try await runtime.retry(request) }
    #expect(error?.kind == .queueFull)
    for retried in first.retried { _ = try await runtime.cancel(retried.new.id) }
    request.cursor = first.nextCursor
    #expect(try await runtime.retry(request).retried.map(\.old) == [letters[1], letters[0]])
  }

  @Test("no task, too many, and a state that is no end are refused")
  func bounds() async throws {
    let runtime = try await fixture.make()
    for selection: RetryRequest.Selection in [
      .tasks([]), .tasks(Array(repeating: TaskID("x"), count: 501)), .ended(in: .running, taskClass: nil, before: nil),
    ] {
      let error = await #expect(throws: RuntimeError.self) { try await runtime.retry(RetryRequest(selection)) }
      #expect(error?.kind == .invalidParams)
    }
  }

  @Test("a task's history has its states in their order, from the event log")
  func history() async throws {
    let id = try await fixture.live { runtime in
      let id = try await runtime.submit(submission()).id
      _ = try await runtime.wait(for: id, timeout: nil)
      _ = try await runtime.retry(id)
      return id
    }
    let runtime = try await fixture.make()
    #expect(
      try await runtime.history(of: id).map(\.kind) == [
        .taskSubmitted, .taskQueued, .taskStarted, .taskCompleted, .taskRetried,
      ])
    #expect(try await runtime.history(of: TaskID("task_none")) == [])
  }
}
