import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct EventHubTests {
  private static func event(_ sequence: Int64, _ task: String = "a") -> RuntimeEvent {
    RuntimeEvent(
      sequence: sequence, at: Timestamp(milliseconds: sequence), kind: .stepStarted, taskID: TaskID(task))
  }

  private static func events(_ sequences: ClosedRange<Int64>) -> [RuntimeEvent] { sequences.map { event($0) } }

  @Test func `events come in the order of their numbers, whatever order they were handed in`() async {
    let hub = EventHub(after: 4)
    let subscription = hub.subscribe()
    #expect(subscription.since == 4)
    hub.publish([Self.event(7), Self.event(8)])
    hub.publish([Self.event(6)])
    async let first = subscription.next()
    hub.publish([Self.event(5)])
    #expect(await first == .events(Self.events(5...8)))
    hub.publish([Self.event(10)])
    hub.publish([Self.event(9)])
    #expect(await subscription.next() == .events(Self.events(9...10)))
  }

  @Test func `a waiting reader is woken`() async {
    let hub = EventHub(after: 0)
    let subscription = hub.subscribe()
    let delivered = Signal<EventSubscription.Delivery?>()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { delivered.fire(await subscription.next()) }
      hub.publish([])
      hub.publish(Self.events(1...1))
      #expect(await delivered.values(1) == [.events(Self.events(1...1))])
    }
  }

  @Test func `a subscription begins behind what was published, and early events count as not published`() async {
    let hub = EventHub(after: 0)
    hub.publish([Self.event(1), Self.event(3)])
    let subscription = hub.subscribe()
    #expect(subscription.since == 1)
    hub.publish([Self.event(2)])
    #expect(await subscription.next() == .events(Self.events(2...3)))
  }

  @Test func `a subscription to a task gets that task's events alone`() async {
    let hub = EventHub(after: 0)
    let one = hub.subscribe(taskID: TaskID("b"), capacity: 2)
    let all = hub.subscribe()
    let events = [Self.event(1), Self.event(2, "b"), Self.event(3), Self.event(4), Self.event(5, "b")]
    hub.publish(events)
    #expect(await one.next() == .events([events[1], events[4]]))
    #expect(await all.next() == .events(events))
  }

  @Test func `a reader that is too slow is told from where on it has to read the store`() async {
    let hub = EventHub(after: 0)
    let subscription = hub.subscribe(capacity: 3)
    hub.publish(Self.events(1...2))
    #expect(await subscription.next() == .events(Self.events(1...2)))
    hub.publish(Self.events(3...5))
    hub.publish(Self.events(6...6))
    hub.publish(Self.events(7...7))
    #expect(await subscription.next() == .lagged(since: 2))
    hub.publish(Self.events(8...8))
    #expect(await subscription.next() == .events(Self.events(8...8)))
  }

  @Test func `a reader that is too slow again need not read again what the first time told it of`() async {
    let hub = EventHub(after: 0)
    let subscription = hub.subscribe(capacity: 1)
    hub.publish(Self.events(1...5))
    #expect(await subscription.next() == .lagged(since: 0))
    hub.publish(Self.events(6...9))
    #expect(await subscription.next() == .lagged(since: 5))
  }

  @Test func `one slow reader keeps no other from its events`() async {
    let hub = EventHub(after: 0)
    let slow = hub.subscribe(capacity: 1)
    let fast = hub.subscribe()
    hub.publish(Self.events(1...2))
    #expect(await slow.next() == .lagged(since: 0))
    #expect(await fast.next() == .events(Self.events(1...2)))
  }

  @Test func `after its end a subscription gives what it has and then nothing`() async {
    let hub = EventHub(after: 0)
    let subscription = hub.subscribe()
    hub.publish(Self.events(1...1))
    subscription.end()
    hub.publish(Self.events(2...2))
    #expect(await subscription.next() == .events(Self.events(1...1)))
    #expect(await subscription.next() == nil)
    #expect(await subscription.next() == nil)
  }

  @Test func `the end wakes a waiting reader`() async {
    let subscription = EventHub(after: 0).subscribe()
    async let delivery = subscription.next()
    subscription.end()
    #expect(await delivery == nil)
  }

  @Test func `cancelling the reader ends the subscription`() async {
    let hub = EventHub(after: 0)
    let subscription = hub.subscribe()
    await withTaskGroup(of: EventSubscription.Delivery?.self) { group in
      group.addTask { await subscription.next() }
      group.cancelAll()
      #expect(await group.next() == .some(nil))
    }
    hub.publish(Self.events(1...1))
    #expect(await subscription.next() == nil)
  }

  @Test func `many publishers at once lose, double and swap nothing`() async {
    let hub = EventHub(after: 0)
    let subscription = hub.subscribe(capacity: 2000)
    await withTaskGroup(of: Void.self) { group in
      for start in stride(from: Int64(1), to: 1000, by: 10) {
        group.addTask { hub.publish(Self.events(start...(start + 9))) }
      }
    }
    var read: [Int64] = []
    while read.count < 1000, case .events(let events) = await subscription.next() { read += events.map(\.sequence) }
    #expect(read == Array(1...1000))
  }

  private static func delta(_ text: String, after: Int64, part: Int64) -> EventDelta {
    EventDelta(
      after: after, part: part, at: Timestamp(milliseconds: 1), kind: .modelDelta, taskID: TaskID("a"),
      data: .string(text))
  }

  private static func say(_ text: String, of task: String = "a", to hub: EventHub) {
    let draft = EventDraft(.modelDelta, taskID: TaskID(task), data: .string(text))
    hub.publish(delta: draft, at: Timestamp(milliseconds: 1))
  }

  @Test func `deltas come in their places between the events, counted from each event on`() async {
    let hub = EventHub(after: 0)
    let subscription = hub.subscribe(deltaCapacity: 10)
    Self.say("a", to: hub)
    hub.publish(Self.events(1...2))
    Self.say("b", to: hub)
    Self.say("c", to: hub)
    hub.publish(Self.events(3...3))
    #expect(await subscription.next() == .deltas([Self.delta("a", after: 0, part: 1)]))
    #expect(await subscription.next() == .events(Self.events(1...2)))
    #expect(
      await subscription.next() == .deltas([Self.delta("b", after: 2, part: 1), Self.delta("c", after: 2, part: 2)]))
    #expect(await subscription.next() == .events(Self.events(3...3)))
  }

  @Test func `a slow reader loses deltas, never events, and is told how many`() async {
    let hub = EventHub(after: 0)
    let subscription = hub.subscribe(deltaCapacity: 2)
    for text in ["a", "b", "c", "d"] { Self.say(text, to: hub) }
    hub.publish(Self.events(1...2))
    Self.say("e", to: hub)
    #expect(
      await subscription.next() == .deltas([Self.delta("a", after: 0, part: 1), Self.delta("b", after: 0, part: 2)]))
    #expect(await subscription.next() == .events(Self.events(1...2)))
    #expect(subscription.droppedDeltas == 3)
    Self.say("f", to: hub)
    #expect(await subscription.next() == .deltas([Self.delta("f", after: 2, part: 2)]))
  }

  @Test func `deltas between events that were dropped are lost and counted, and later ones come again`() async {
    let hub = EventHub(after: 0)
    let subscription = hub.subscribe(capacity: 1, deltaCapacity: 5)
    Self.say("a", to: hub)
    hub.publish(Self.events(1...2))
    Self.say("b", to: hub)
    #expect(await subscription.next() == .lagged(since: 0))
    #expect(subscription.droppedDeltas == 2)
    Self.say("c", to: hub)
    #expect(await subscription.next() == .deltas([Self.delta("c", after: 2, part: 2)]))
  }

  @Test func `who did not ask for deltas, or asked for another task, gets none and loses none`() async {
    let hub = EventHub(after: 0)
    let plain = hub.subscribe()
    let other = hub.subscribe(taskID: TaskID("b"), deltaCapacity: 5)
    Self.say("a", to: hub)
    hub.publish([Self.event(1), Self.event(2, "b")])
    #expect(await plain.next() == .events([Self.event(1), Self.event(2, "b")]))
    #expect(await other.next() == .events([Self.event(2, "b")]))
    #expect(plain.droppedDeltas + other.droppedDeltas == 0)
  }
}
