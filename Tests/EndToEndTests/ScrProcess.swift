import SCRProtocol
import SCRRuntime
import SCRTestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The built binary as a child with pipes of its own. Deliberately spawned without the product's code, so that nothing but
/// the product itself can keep a promise for it.
final class ScrProcess: Sendable {
  struct End: Sendable, Hashable {
    /// The exit code, or 128 + the signal.
    let code: Int32
    let stdout: [String]
    let stderr: String
  }

  let pid: Int32
  private let input: Descriptor
  private let lines = Signal<String>()
  private let outputEnd = OneShot<Void>()
  private let errors = OneShot<String>()
  private let exit = OneShot<Int32>()

  /// - Parameter reading: false leaves stdout unread, as a stalled client would, until ``read()``.
  init(_ arguments: [String], in place: TestPlace, environment: [String: String] = [:], reading: Bool = true) throws {
    let (inputEnds, outputEnds, errorEnds) = (try Pipe(), try Pipe(), try Pipe())
    pid = try Self.spawn(
      [place.binary] + arguments, directory: place.path,
      environment: place.environment.merging(environment) { $1 },
      streams: [inputEnds.read, outputEnds.write, errorEnds.write])
    for descriptor in [inputEnds.read, outputEnds.write, errorEnds.write] { close(descriptor) }
    input = Descriptor(inputEnds.write)
    output = outputEnds.read
    let (pid, exit, errors) = (pid, exit, errors)
    Self.thread { errors.fire(String(decoding: Self.readAll(errorEnds.read), as: UTF8.self)) }
    Self.thread { exit.fire(Self.reap(pid)) }
    if reading { read() }
  }

  private let output: Int32

  /// Begins to read stdout.
  func read() {
    let (output, lines, outputEnd) = (output, lines, outputEnd)
    Self.thread {
      Self.readLines(output) { lines.fire($0) }
      outputEnd.fire(())
    }
  }

  func send(_ text: String) { input.write(Array((text + "\n").utf8)) }
  func send(_ bytes: [UInt8]) { input.write(bytes) }
  func closeInput() { input.close() }
  func signal(_ number: Int32) { kill(pid, number) }

  /// The `count`-th frame of stdout.
  func frame(_ count: Int) async -> JSONValue { JSONValue(json: await lines.values(count)[count - 1]) }

  /// The first frame that fits.
  func frame(where fits: @Sendable (JSONValue) -> Bool) async -> JSONValue {
    JSONValue(json: await lines.first { fits(JSONValue(json: $0)) })
  }

  /// The answer to a request of this id.
  func answer(to id: JSONValue) async -> JSONValue { await frame { $0["id"] == id } }

  /// Closes the input and waits for the end.
  func finish() async -> End {
    closeInput()
    return await end()
  }

  func end() async -> End {
    let code = await exit.value() ?? -1
    _ = await outputEnd.value()
    return End(code: code, stdout: lines.all, stderr: await errors.value() ?? "")
  }
}

extension ScrProcess {
  private struct Pipe {
    let read: Int32
    let write: Int32

    init() throws {
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0 else { throw SpawnError(code: errno) }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      (read, write) = (ends[0], ends[1])
    }
  }

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

  private static func reap(_ pid: Int32) -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
  }

  private static func readLines(_ descriptor: Int32, _ deliver: (String) -> Void) {
    var rest: [UInt8] = []
    readChunks(descriptor) { chunk in
      rest += chunk
      while let end = rest.firstIndex(of: 0x0A) {
        deliver(String(decoding: rest[..<end], as: UTF8.self))
        rest.removeSubrange(...end)
      }
    }
    if !rest.isEmpty { deliver(String(decoding: rest, as: UTF8.self)) }
  }

  private static func readAll(_ descriptor: Int32) -> [UInt8] {
    var all: [UInt8] = []
    readChunks(descriptor) { all += $0 }
    return all
  }

  private static func readChunks(_ descriptor: Int32, _ deliver: (ArraySlice<UInt8>) -> Void) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count > 0 { deliver(buffer[..<count]) } else if count == 0 || errno != EINTR { break }
    }
    close(descriptor)
  }

  private static func thread(_ body: @escaping @Sendable () -> Void) { TestThread.start(body) }
}
