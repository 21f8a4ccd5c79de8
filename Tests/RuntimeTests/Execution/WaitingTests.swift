import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("A task waits without a worker")
struct WaitingTests {
  private static func source(_ gate: Gate = Gate()) -> FakeToolSource {
    FakeToolSource([
      "note": { ToolResult(text: "noted \($0.arguments["text"]?.stringValue ?? "")") },
      "hold": { _ in
        try await gate.pass()
        return ToolResult(text: "held")
      },
    ])
  }

  private static func plan(_ wait: JSONValue, _ others: JSONValue...) -> JSONValue {
    let note: JSONValue = ["id": "note", "tool": "fake.note", "arguments": ["text": "${steps.w.text}"]]
    return [
      "title": "W", "steps": .array([["id": "w", "wait": wait], note] + others), "result": "${steps.note.text}",
    ]
  }

  private static let approval: JSONValue = ["approval": ["question": "Is it good?"]]

  /// Submits a plan and returns once it rests.
  private static func rest(_ runtime: CognitiveRuntime, _ plan: JSONValue) async throws -> (TaskID, Wait) {
    let submission = TaskSubmission(plan: plan)
    let events = runtime.subscribe(taskID: submission.id)
    _ = try await runtime.submit(submission)
    await events.awaitKind(.taskWaiting)
    return (submission.id, try #require(try await runtime.task(submission.id).waits.last))
  }

  private static func failure(_ body: () async throws -> Void) async -> RuntimeError? {
    do {
      try await body()
      return nil
    } catch { return error as? RuntimeError }
  }

  @Test("a question is asked, others run meanwhile, and the answer brings the task to its end")
  func approvalBringsItOn() async throws {
    var fixture = RuntimeFixture(Self.source())
    fixture.configuration.maxConcurrentTasks = 1
    let snapshot = try await fixture.live { runtime in
      let (id, wait) = try await Self.rest(runtime, Self.plan(Self.approval))
      let resting = try await runtime.task(id)
      #expect(resting.task.state == .waiting)
      #expect(resting.task.lease == nil)
      #expect(resting.outline == ["w waiting 1"])
      #expect(resting.task.reason?.hint == "answer it: scr approvals answer \(wait.id)")
      #expect(try await runtime.approvals().waits == [wait])
      #expect(wait.question == "Is it good?")
      let other = try await runtime.complete(["title": "O", "steps": [["id": "s", "tool": "fake.note"]]])
      #expect(other.task.state == .completed)
      let answered = try await runtime.answer(wait.id, decision: "approve", by: "ann")
      #expect(answered.answer?.by == "ann")
      return try await runtime.wait(for: id, timeout: nil)
    }
    #expect(snapshot?.task.result == "noted approve")
    #expect(snapshot?.outline == ["w completed 1", "note completed 1"])
    let id = try #require(snapshot?.task.id)
    #expect(
      try await fixture.store.events(since: 0, taskID: id, limit: 100).map(\.kind.rawValue) == [
        "task.submitted", "task.queued", "task.started", "plan.created", "step.ready", "step.waiting",
        "approval.requested", "task.waiting", "approval.answered", "task.queued", "task.started", "step.completed",
        "step.ready", "step.started", "tool.called", "tool.returned", "step.completed", "task.completed",
      ])
  }

  @Test("the first answer counts; the second is told who was first")
  func firstWins() async throws {
    let error = try await RuntimeFixture(Self.source()).live { runtime in
      let (id, wait) = try await Self.rest(runtime, Self.plan(Self.approval))
      _ = try await runtime.answer(wait.id, decision: "approve", by: "ann")
      let error = await Self.failure { _ = try await runtime.answer(wait.id, decision: "reject", by: "bob") }
      _ = try await runtime.wait(for: id, timeout: nil)
      return error
    }
    #expect(error?.kind == .conflict)
    #expect(error?.message.hasPrefix("ann answered it at ") == true)
    #expect(error?.message.hasSuffix(": approve") == true)
  }

  @Test("of many who answer at once exactly one is first")
  func race() async throws {
    try await RuntimeFixture(Self.source()).live { runtime in
      let (id, wait) = try await Self.rest(runtime, Self.plan(Self.approval))
      let accepted = await withTaskGroup(of: Bool.self) { group in
        for number in 1...8 {
          group.addTask {
            await Self.failure { _ = try await runtime.answer(wait.id, decision: "approve", by: "c\(number)") } == nil
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(accepted == 1)
      #expect(try await runtime.wait(for: id, timeout: nil)?.task.state == .completed)
    }
  }

  @Test("an answer that does not fit is refused with its place, and the question stays open")
  func badAnswer() async throws {
    let plan = Self.plan([
      "input": [
        "question": "How many?",
        "schema": ["type": "object", "properties": ["n": ["type": "integer"]], "required": ["n"]],
      ]
    ])
    let snapshot = try await RuntimeFixture(Self.source()).live { runtime in
      let (id, wait) = try await Self.rest(runtime, plan)
      let error = await Self.failure { _ = try await runtime.answer(wait.id, value: ["n": "x"], by: "a") }
      #expect(error?.kind == .invalidInput)
      #expect(error?.path == "value.n")
      #expect(try await runtime.approvals().waits == [wait])
      _ = try await runtime.answer(wait.id, value: ["n": 3], by: "a")
      return try await runtime.wait(for: id, timeout: nil)
    }
    #expect(snapshot?.task.result == #"noted {"n":3}"#)
  }

  @Test("a question outlives its runtime, and any later one may answer it")
  func restart() async throws {
    let fixture = RuntimeFixture(Self.source())
    let (id, wait) = try await fixture.live { try await Self.rest($0, Self.plan(Self.approval)) }
    let snapshot = try await fixture.live { runtime in
      #expect(try await runtime.approvals().waits == [wait])
      _ = try await runtime.answer(wait.id, decision: "approve", by: "b")
      return try await runtime.wait(for: id, timeout: nil)
    }
    #expect(snapshot?.task.state == .completed)
    #expect(fixture.source.called == ["note"])
  }

  @Test("an answer that comes while other steps run begins what needs it at once")
  func whileRunning() async throws {
    let gate = Gate()
    let source = Self.source(gate)
    let snapshot = try await RuntimeFixture(source).live { runtime in
      let submission = TaskSubmission(plan: Self.plan(Self.approval, ["id": "hold", "tool": "fake.hold"]))
      _ = try await runtime.submit(submission)
      _ = await source.calls.values(1)
      let wait = try #require(try await runtime.approvals().waits.first)
      #expect(try await runtime.task(submission.id).task.state == .running)
      _ = try await runtime.answer(wait.id, decision: "approve", by: "a")
      #expect(await source.calls.values(2).map(\.name.tool) == ["hold", "note"])
      gate.open()
      return try await runtime.wait(for: submission.id, timeout: nil)
    }
    #expect(snapshot?.task.state == .completed)
  }

  @Test("an answer that comes while the task is laid to rest is not slept through")
  func between() async throws {
    var fixture = RuntimeFixture(Self.source())
    let base = fixture.store
    let answered = OneShot<Void>()
    fixture.store = InterceptedTaskStore(
      base,
      before: { batch throws(StoreError) in
        guard
          batch.changes.contains(where: { if case .updateTask(let task) = $0 { task.state == .waiting } else { false } }
          ),
          let document = try await base.documents(DocumentQuery(.wait, isOpen: true)).documents.first,
          answered.current == nil, var wait = Wait(document)
        else { return }
        // As another client does it in this very moment: only the store knows.
        wait.answer = WaitAnswer(decision: "approve", by: "other", at: batch.at)
        _ = try await base.commit(StoreBatch(at: batch.at, changes: [.putDocument(wait.document)]))
        answered.fire(())
      })
    let gate = Gate()
    gate.open()
    let snapshot = try await fixture.live { runtime in
      // The question is asked in an earlier commit than the one that lays the task to rest.
      try await runtime.complete(Self.plan(Self.approval, ["id": "other", "tool": "fake.note"]))
    }
    #expect(answered.current != nil)
    #expect(snapshot.task.state == .completed)
  }

  @Test("cancelling a task that waits closes its questions")
  func cancelled() async throws {
    let error = try await RuntimeFixture(Self.source()).live { runtime in
      let (id, wait) = try await Self.rest(runtime, Self.plan(Self.approval))
      #expect(try await runtime.cancel(id).task.state == .cancelled)
      #expect(try await runtime.approvals().waits == [])
      #expect(try await runtime.approvals(WaitQuery(isOpen: false)).waits.map(\.id) == [wait.id])
      return await Self.failure { _ = try await runtime.answer(wait.id, decision: "approve", by: "a") }
    }
    #expect(error?.kind == .conflict)
    #expect(error?.message.contains("ended before anybody answered") == true)
  }

  @Test("a rejection fails the step and skips what needs it")
  func rejected() async throws {
    let snapshot = try await RuntimeFixture(Self.source()).live { runtime in
      let (id, wait) = try await Self.rest(runtime, Self.plan(Self.approval))
      _ = try await runtime.answer(wait.id, decision: "reject", value: "no", by: "ann")
      return try await runtime.wait(for: id, timeout: nil)
    }
    #expect(snapshot?.task.state == .failed)
    #expect(snapshot?.outline == ["w failed 1", "note skipped 0"])
    #expect(snapshot?.steps.first?.reason?.kind == TaskReason.rejected)
  }

  @Test("what nothing waits under is told")
  func unknown() async throws {
    let runtime = try await RuntimeFixture(Self.source()).make()
    #expect(await Self.failure { _ = try await runtime.answer("wait_none", by: "a") }?.kind == .notFound)
  }

  // MARK: Time

  private static let timed: [(wait: JSONValue, state: TaskState, result: JSONValue?)] = [
    (["time": ["for": 5000]], .completed, "noted 2023-11-14T22:13:25.000Z"),
    (["time": ["until": "2023-11-14T22:13:25Z"]], .completed, "noted 2023-11-14T22:13:25.000Z"),
    (["approval": ["question": "?"], "timeoutMs": 5000, "onTimeout": "continue"], .completed, "noted "),
    (["approval": ["question": "?"], "timeoutMs": 5000], .failed, nil),
    (["event": ["name": "e"], "timeoutMs": 5000], .failed, nil),
  ]

  @Test("a wait ends when its time is over, in a later life as well", arguments: timed.indices)
  func time(_ place: Int) async throws {
    let (wait, state, result) = Self.timed[place]
    let fixture = RuntimeFixture(Self.source())
    let (id, _) = try await fixture.live { try await Self.rest($0, Self.plan(wait)) }
    let snapshot = try await fixture.live { runtime in
      // Nobody runs; only the end of the wait is slept for.
      await fixture.clock.waitForSleepers(1)
      #expect(try await runtime.task(id).task.state == .waiting)
      fixture.clock.advance(by: .seconds(5))
      return try await runtime.wait(for: id, timeout: nil)
    }
    #expect(snapshot?.task.state == state)
    #expect(snapshot?.task.result == result)
    if state == .failed { #expect(snapshot?.steps.first?.reason?.kind == "timeout") }
  }

  @Test("a wait whose time passed while no runtime was there ends at the next start")
  func overdue() async throws {
    let fixture = RuntimeFixture(Self.source())
    let (id, _) = try await fixture.live { try await Self.rest($0, Self.plan(["time": ["for": 5000]])) }
    fixture.clock.advance(by: .seconds(60))
    let snapshot = try await fixture.live { try await $0.wait(for: id, timeout: nil) }
    #expect(snapshot?.task.state == .completed)
  }

  // MARK: Events

  private static let event: JSONValue = ["event": ["name": "paid", "key": "7"]]

  @Test("an event reaches the steps that wait for it, and its payload is their value")
  func eventDelivered() async throws {
    let snapshot = try await RuntimeFixture(Self.source()).live { runtime in
      let (id, wait) = try await Self.rest(runtime, Self.plan(Self.event))
      let nobody = await Self.failure { _ = try await runtime.sendEvent(EventName("paid", key: "8"), by: "a") }
      #expect(nobody?.kind == .notFound)
      let sent = try await runtime.sendEvent(EventName("paid", key: "7"), payload: "42", by: "shop")
      #expect(sent == SentEvent(delivered: [wait.id], isKept: false))
      return try await runtime.wait(for: id, timeout: nil)
    }
    #expect(snapshot?.task.result == "noted 42")
  }

  @Test("an event that comes early is kept for the task that it names")
  func eventKept() async throws {
    let gate = Gate()
    let source = Self.source(gate)
    let snapshot = try await RuntimeFixture(source).live { runtime in
      let submission = TaskSubmission(plan: [
        "title": "E",
        "steps": [
          ["id": "hold", "tool": "fake.hold"], ["id": "w", "needs": ["hold"], "wait": Self.event],
          ["id": "note", "tool": "fake.note", "arguments": ["text": "${steps.w.text}"]],
        ], "result": "${steps.note.text}",
      ])
      _ = try await runtime.submit(submission)
      _ = await source.calls.values(1)
      for payload in ["first", "second"] {
        let sent = try await runtime.sendEvent(
          EventName("paid", key: "7"), payload: .string(payload), taskID: submission.id, by: "shop")
        #expect(sent == SentEvent(delivered: [], isKept: true))
      }
      gate.open()
      return try await runtime.wait(for: submission.id, timeout: nil)
    }
    #expect(snapshot?.task.result == "noted first")
  }

  @Test("a kept event whose delivery the store refused is delivered later", .timeLimit(.minutes(1)))
  func eventDeliveredLater() async throws {
    let gate = Gate()
    let source = Self.source(gate)
    var fixture = RuntimeFixture(source)
    let failures = Counter()
    fixture.store = InterceptedTaskStore(
      fixture.store,
      beforeBatch: { batch throws(StoreError) in
        let closes = batch.changes.contains { change in
          if case .putDocument(let document) = change { document.kind == .wait && !document.isOpen } else { false }
        }
        if closes, failures.next() == 1 { throw StoreError(.diskFull, "the disk is full") }
      })
    let snapshot = try await fixture.live { runtime in
      let submission = TaskSubmission(plan: [
        "title": "E",
        "steps": [["id": "hold", "tool": "fake.hold"], ["id": "w", "needs": ["hold"], "wait": Self.event]],
        "result": "${steps.w.text}",
      ])
      _ = try await runtime.submit(submission)
      _ = await source.calls.values(1)
      _ = try await runtime.sendEvent(EventName("paid", key: "7"), payload: "now", taskID: submission.id, by: "shop")
      gate.open()
      return try await runtime.wait(for: submission.id, timeout: nil)
    }
    #expect(snapshot?.task.result == "now")
  }

  @Test("a task keeps no more events than it may")
  func mailboxLimit() async throws {
    let fixture = RuntimeFixture(Self.source())
    let runtime = try await fixture.make()
    let id = try await runtime.submit(TaskSubmission(plan: Self.plan(Self.event))).id
    for _ in 1...100 { _ = try await runtime.sendEvent(EventName("other"), taskID: id, by: "a") }
    let error = await Self.failure { _ = try await runtime.sendEvent(EventName("other"), taskID: id, by: "a") }
    #expect(error?.kind == .queueFull)
    #expect(error?.isRetryable == true)
  }

  @Test("an event for a task that has ended, or that nobody knows, is refused, and so is one without a name")
  func badEvents() async throws {
    let runtime = try await RuntimeFixture(Self.source()).make()
    let id = try await runtime.submit(TaskSubmission(plan: Self.plan(Self.event))).id
    _ = try await runtime.cancel(id)
    #expect(
      await Self.failure { _ = try await runtime.sendEvent(EventName("e"), taskID: id, by: "a") }?.kind == .conflict)
    let none = TaskID("task_none")
    #expect(
      await Self.failure { _ = try await runtime.sendEvent(EventName("e"), taskID: none, by: "a") }?.kind == .notFound)
    let nameless = await Self.failure { _ = try await runtime.sendEvent(EventName(""), by: "a") }
    #expect(nameless?.path == "name")
    let large = JSONValue.string(String(repeating: "x", count: 1 << 20))
    #expect(
      await Self.failure { _ = try await runtime.sendEvent(EventName("e"), payload: large, by: "a") }?.kind == .tooLarge
    )
  }
}
