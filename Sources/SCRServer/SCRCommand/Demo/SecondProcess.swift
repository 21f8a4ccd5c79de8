import SCRProcess
import SCRProtocol
import SCRRuntime
import Synchronization

/// Another `scr`, started by this one; its lines on stdout are read as JSON.
final class SecondProcess: Sendable {
  private let child: ChildProcess
  private let output: Lines

  private init(child: ChildProcess, output: Lines) {
    self.child = child
    self.output = output
  }

  var pid: Int32 { child.pid }
  var stderrTail: String { child.stderrTail(lines: 20) }

  static func start(
    _ arguments: [String], in folder: DemoFolder, table: ProcessTable, _ context: CommandContext
  ) async throws -> SecondProcess {
    var environment = ChildEnvironment.make(inherited: context.environment, declared: [:])
    // Its own configuration alone.
    environment["HOME"] = folder.path
    environment["XDG_CONFIG_HOME"] = nil
    let output = Lines()
    let spec = ProcessSpec(
      command: context.executable, arguments: arguments, environment: environment, workingDirectory: folder.scratch)
    let child = try await table.spawn(
      spec, events: ProcessEvents(output: { output.take($0) }, outputEnd: { output.end() }))
    return SecondProcess(child: child, output: output)
  }

  func send(_ message: JSONValue) throws { try child.write(message.encoded + [UInt8(ascii: "\n")]) }

  /// The next line that `match` takes; nil when the output ended first or `limit` is over.
  func line(
    within limit: Duration, by clock: any RuntimeClock, where match: @escaping @Sendable (JSONValue) -> Bool
  ) async throws -> JSONValue? {
    let output = output
    let found = try await withinTime(limit, by: clock) { () -> JSONValue? in
      for await line in output.stream where match(line) { return line }
      return nil
    }
    return found ?? nil
  }

  /// Ends its input and waits for its end; it is terminated when `limit` is over.
  func finish(within limit: Duration) async -> ExitStatus { await child.stop(ladder: StopLadder(inputGrace: limit)) }

  /// Bytes in, JSON values out. A line that is no JSON is passed over.
  private final class Lines: Sendable {
    let stream: AsyncStream<JSONValue>
    private let continuation: AsyncStream<JSONValue>.Continuation
    private let framer = Mutex(LineFramer())

    init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(4096)) }

    func take(_ chunk: UnsafeRawBufferPointer) {
      framer.withLock { framer in
        framer.append(chunk) { frame in
          if case .line(let bytes) = frame, let value = try? JSONParser.parse(bytes) { continuation.yield(value) }
        }
      }
    }

    func end() { continuation.finish() }
  }
}
