import SCRProtocol
import Synchronization

/// One call of ours while it is under way: where its progress goes, and who answers what is asked because of it.
final class InFlightCall: Sendable {
  private typealias Waiter = AsyncStream<Void>.Continuation

  let answerer: (any ServerQuestionAnswering)?
  let pulse = Pulse()
  private let onProgress: (@Sendable (JSONValue) -> Void)?
  private let waiters = Mutex<[Waiter]?>([])

  init(_ options: CallOptions) {
    answerer = options.answerer
    onProgress = options.onProgress
  }

  func progressed(_ params: JSONValue) {
    pulse.beat()
    onProgress?(params)
  }

  /// Nothing that was asked because of it needs an answer any more.
  func end() {
    let waiters = waiters.withLock { $0.take() } ?? []
    for waiter in waiters { waiter.finish() }
  }

  /// Returns when the call is over, or the task is cancelled.
  func ended() async {
    let (stream, waiter) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let isOpen = waiters.withLock { waiters in
      waiters?.append(waiter)
      return waiters != nil
    }
    guard isOpen else { return }
    for await _ in stream {}
  }
}

/// The calls that are under way. Pure.
///
/// A question of a legacy server says seldom whose it is. By the token of its progress, or the id of its task, it is that
/// call's; of a single call it is that call's; of several it is the latest one's of which somebody would answer.
struct CallsInFlight: Sendable {
  enum Name: Hashable, Sendable {
    case request(RequestID)
    case task(String)
  }

  private var calls: [Name: InFlightCall] = [:]
  private var order: [Name] = []

  subscript(name: Name) -> InFlightCall? { calls[name] }

  mutating func begin(_ name: Name, _ call: InFlightCall) {
    calls[name] = call
    order.append(name)
  }

  mutating func end(_ name: Name) {
    calls[name] = nil
    order.removeAll { $0 == name }
  }

  func owner(of question: InputRequest) -> InFlightCall? {
    let meta = question.params["_meta"]
    if let token = meta?["progressToken"].flatMap(RequestID.init), let call = calls[.request(token)] { return call }
    if let task = meta?[Self.relatedTask]?["taskId"]?.stringValue, let call = calls[.task(task)] { return call }
    if order.count == 1 { return calls[order[0]] }
    return order.reversed().lazy.compactMap { calls[$0] }.first { $0.answerer?.supports(question) == true }
  }

  private static let relatedTask = "io.modelcontextprotocol/related-task"
}
