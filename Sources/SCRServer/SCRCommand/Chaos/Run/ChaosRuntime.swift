import SCRProcess
import SCRProtocol
import SCRRuntime
import Synchronization

/// A runtime that was started to be tormented, and the conversation with it.
final class ChaosRuntime: Sendable {
  enum Reply: Sendable, Hashable {
    case result(JSONValue)
    /// - Parameter isRetryable: the same request may succeed a little later.
    case error(kind: String, message: String, isRetryable: Bool = false)
    /// It ended first.
    case gone
    /// It did not answer in time.
    case late

    var isRetryable: Bool { if case .error(_, _, true) = self { true } else { false } }
    var result: JSONValue? { if case .result(let value) = self { value } else { nil } }
  }

  let life: Int
  private let child: ChildProcess
  private let wire: Wire
  private let clock: any RuntimeClock

  private init(life: Int, child: ChildProcess, wire: Wire, clock: any RuntimeClock) {
    self.life = life
    self.child = child
    self.wire = wire
    self.clock = clock
  }

  var pid: Int32 { child.pid }
  var stderrTail: String { child.stderrTail(lines: 20) }
  var hasEnded: Bool { child.exitStatus != nil }

  /// - Parameter onNote: gets every notification `event`: the request it is sent for, and its parameters. Called on the
  ///   thread that serves all children.
  /// - Throws: `ProcessError`.
  static func start(
    _ spec: ProcessSpec, life: Int, table: ProcessTable, clock: any RuntimeClock,
    onNote: @escaping @Sendable (Int64, JSONValue) -> Void
  ) async throws -> ChaosRuntime {
    let wire = Wire(onNote: onNote)
    let child = try await table.spawn(
      spec, events: ProcessEvents(output: { wire.take($0) }, outputEnd: { wire.end() }))
    return ChaosRuntime(life: life, child: child, wire: wire, clock: clock)
  }

  /// - Parameter id: of the request; a new one unless given.
  func request(
    _ method: String, _ params: JSONValue = [:], id: Int64? = nil, within limit: Duration
  ) async -> Reply {
    guard let (id, shot) = wire.open(id) else { return .gone }
    let message: JSONValue = ["jsonrpc": "2.0", "id": .integer(id), "method": .string(method), "params": params]
    do { try child.write(message.encoded + [UInt8(ascii: "\n")]) } catch { wire.forget(id, as: .gone) }
    let reply = try? await withinTime(limit, by: clock) { await shot.value() }
    wire.forget(id, as: .late)
    return ((reply ?? nil) ?? nil) ?? .late
  }

  /// A request whose answer nobody waits for.
  func send(_ method: String, _ params: JSONValue, id: Int64) {
    let message: JSONValue = ["jsonrpc": "2.0", "id": .integer(id), "method": .string(method), "params": params]
    // A runtime that is gone gets nothing, and its next life is asked again.
    try? child.write(message.encoded + [UInt8(ascii: "\n")])
  }

  /// Ends its input; SIGTERM follows when `limit` is over, and then SIGKILL.
  func finish(within limit: Duration) async -> ExitStatus {
    await child.stop(ladder: StopLadder(inputGrace: limit))
  }

  /// Waits for its end and forces it when `limit` is over. Its input stays open meanwhile.
  /// - Returns: how it ended, and whether by itself.
  func end(within limit: Duration) async -> (status: ExitStatus, wasForced: Bool) {
    let isOver = (try? await withinTime(limit, by: clock) { [wire] in await wire.ended.value() != nil }) ?? nil
    let status = await child.stop(ladder: isOver == true ? StopLadder() : .immediate)
    return (status, isOver != true)
  }

  /// Requests and their answers.
  private final class Wire: Sendable {
    private struct State {
      var framer = LineFramer(limit: 64 << 20)
      var nextID: Int64 = 0
      var open: [Int64: OneShot<Reply>] = [:]
      var isGone = false
    }

    private let state = Mutex(State())
    private let onNote: @Sendable (Int64, JSONValue) -> Void
    let ended = OneShot<Void>()

    init(onNote: @escaping @Sendable (Int64, JSONValue) -> Void) { self.onNote = onNote }

    func open(_ id: Int64?) -> (Int64, OneShot<Reply>)? {
      let shot = OneShot<Reply>()
      return state.withLock { state in
        if state.isGone { return nil }
        state.nextID += 1
        let id = id ?? state.nextID
        state.open[id] = shot
        return (id, shot)
      }
    }

    func forget(_ id: Int64, as reply: Reply) {
      state.withLock { $0.open.removeValue(forKey: id) }?.fire(reply)
    }

    func take(_ chunk: UnsafeRawBufferPointer) {
      var lines: [JSONValue] = []
      state.withLock { state in
        state.framer.append(chunk) { frame in
          if case .line(let bytes) = frame, let value = try? JSONParser.parse(bytes) { lines.append(value) }
        }
      }
      for line in lines { take(line) }
    }

    private func take(_ line: JSONValue) {
      if let id = line["id"]?.integerValue {
        if let result = line["result"] { return forget(id, as: .result(result)) }
        let error = line["error"]
        return forget(
          id,
          as: .error(
            kind: error?["data"]?["kind"]?.stringValue ?? "", message: error?["message"]?.stringValue ?? "",
            isRetryable: error?["data"]?["retryable"]?.boolValue ?? false))
      }
      guard line["method"] == "event", let params = line["params"],
        let subscription = params["subscription"]?.integerValue
      else { return }
      onNote(subscription, params)
    }

    func end() {
      let open = state.withLock { state in
        state.isGone = true
        defer { state.open = [:] }
        return state.open.values.map(\.self)
      }
      for shot in open { shot.fire(.gone) }
      ended.fire(())
    }
  }
}
