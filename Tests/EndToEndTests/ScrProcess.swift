import CProcessGuard
import Glibc
import SCRProtocol
import SCRRuntime
import SCRTestSupport

/// The built binary as a child with pipes of its own. Deliberately spawned without the product's code, so that nothing but
/// the product itself can keep a promise for it.
final class ScrProcess: Sendable {
  struct End: Sendable, Hashable {
    /// The exit code, or 128 + the signal.
    let code: Int32
    let stdout: [String]
    let stderr: String

    /// Stdout, where it is one JSON value.
    var json: JSONValue { JSONValue(json: stdout.joined(separator: "\n")) }
    /// Stdout, where every line is one.
    var jsonLines: [JSONValue] { stdout.map { JSONValue(json: $0) } }
  }

  let pid: Int32
  private let input: TestDescriptor
  private let output: LineReader
  private let errors: LineReader
  private let exit = OneShot<Int32>()
  /// Opens when stdout may be read.
  private let reading: TestDescriptor

  /// - Parameters:
  ///   - program: another one than `scr`.
  ///   - reading: false leaves stdout unread, as a stalled client would, until ``read()``.
  ///   - terminal: takes the place of stderr.
  init(
    _ arguments: [String], in place: TestPlace, environment: [String: String] = [:], reading isReading: Bool = true,
    terminal: Terminal? = nil, program: String? = nil
  ) throws {
    let (inputPipe, outputPipe, gate) = (try TestPipe(), try TestPipe(), try TestPipe())
    let errorPipe = try terminal.map { TestPipe(read: $0.master, write: $0.slave) } ?? TestPipe()
    // What `ready(_:)` waits for is said at this level.
    let logging = arguments.first == "serve" ? ["--log-level", "info"] : []
    pid = try Self.spawn(
      [program ?? place.binary] + arguments + logging, directory: place.path,
      environment: place.environment.merging(environment) { $1 },
      streams: [inputPipe.read, outputPipe.write, errorPipe.write])
    for descriptor in [inputPipe.read, outputPipe.write, errorPipe.write] { close(descriptor) }
    input = TestDescriptor(inputPipe.write)
    reading = TestDescriptor(gate.write)
    output = LineReader(outputPipe.read, after: gate.read)
    errors = LineReader(errorPipe.read)
    let (pid, exit) = (pid, exit)
    TestThread.start { exit.fire(Self.reap(pid)) }
    if isReading { read() }
  }

  /// Begins to read stdout.
  func read() { reading.close() }
  func send(_ text: String) { input.write(Array((text + "\n").utf8)) }
  func closeInput() { input.close() }
  func signal(_ number: Int32) { kill(pid, number) }

  /// The `count`-th frame of stdout.
  /// - Throws: if the process ended without it.
  func frame(_ count: Int) async throws -> JSONValue { JSONValue(json: try await output.line(count - 1)) }

  /// The first frame that fits.
  func frame(where fits: (JSONValue) -> Bool) async throws -> JSONValue {
    var count = 1
    while true {
      let frame = try await frame(count)
      if fits(frame) { return frame }
      count += 1
    }
  }

  /// The next line of stdout that nobody took.
  func line() async throws -> String { try await output.next() }
  /// The next frame that nobody took.
  func next() async throws -> JSONValue { JSONValue(json: try await output.next()) }
  /// Those that nobody took, once the output has ended.
  func rest() async -> [JSONValue] { await output.rest().map { JSONValue(json: $0) } }

  /// The answer to a request of this id.
  func answer(to id: JSONValue) async throws -> JSONValue { try await frame { $0["id"] == id } }

  /// Waits until `scr serve` logs that a tool server is ready, however slow this machine is.
  func ready(_ server: String) async throws { _ = try await note("tool server \(server) is ready") }

  /// The first line of stderr that holds this text.
  func note(_ text: String) async throws -> String {
    var place = 0
    while true {
      let line = try await errors.line(place)
      if line.contains(text) { return line }
      place += 1
    }
  }

  /// Closes the input and waits for the end.
  func finish() async -> End {
    closeInput()
    return await end()
  }

  func end() async -> End {
    let code = await exit.value() ?? -1
    _ = await (output.rest(), errors.rest())
    return End(code: code, stdout: output.all, stderr: errors.all.joined(separator: "\n"))
  }
}

extension ScrProcess {
  struct SpawnError: Error {
    let code: Int32
  }

  private static func spawn(
    _ arguments: [String], directory: String, environment: [String: String], streams: [Int32]
  ) throws -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, descriptor) in streams.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A Swift task blocks most signals; the child must not inherit that.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    // The shell changes the folder, which the standard's spawn cannot, and becomes the program.
    let command = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", directory] + arguments
    var argv = command.map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var pid = pid_t()
    let code = posix_spawn(&pid, command[0], &actions, &attributes, &argv, &envp)
    guard code == 0 else { throw SpawnError(code: code) }
    return pid
  }

  /// A process that hangs is killed after a minute, so that a test of it fails instead of hanging, too.
  private static func reap(_ pid: Int32) -> Int32 {
    let handle = scr_process_handle(pid)
    var poller = pollfd(fd: handle, events: Int16(POLLIN), revents: 0)
    if poll(&poller, 1, 60_000) == 0 { kill(pid, SIGKILL) }
    if handle >= 0 { close(handle) }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
  }
}
