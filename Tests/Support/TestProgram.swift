import SCRConnection
import SCRRuntime
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program of the system that a test needs, with its output by lines. It is to end with its input.
package final class TestProgram: Sendable {
  package struct Failure: Error {
    package let words: [String]
    package let code: Int32
    package let output: [String]

    package init(words: [String], code: Int32, output: [String]) {
      self.words = words
      self.code = code
      self.output = output
    }
  }

  package let output: LineReader
  private let input: TestDescriptor
  private let end = OneShot<Int32>()

  /// - Parameter words: the program, found along PATH, and its arguments.
  package init(_ words: [String]) throws {
    let (input, output) = (try TestPipe(), try TestPipe())
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input.read, 0)
    posix_spawn_file_actions_adddup2(&actions, output.write, 1)
    posix_spawn_file_actions_adddup2(&actions, output.write, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A Swift task blocks most signals; a shell that inherits that waits for its children for ever.
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var arguments = words.map { strdup($0) } + [nil]
    defer { for word in arguments { free(word) } }
    var pid = pid_t()
    let code = posix_spawnp(&pid, words[0], &actions, &attributes, &arguments, environ)
    close(input.read)
    close(output.write)
    self.input = TestDescriptor(input.write)
    self.output = LineReader(output.read)
    guard code == 0 else { throw Failure(words: words, code: code, output: []) }
    WireThread.start { [end, pid] in
      var status: Int32 = 0
      while waitpid(pid, &status, 0) < 0, errno == EINTR {}
      end.fire(status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F)
    }
  }

  deinit { input.close() }

  package func stop() { input.close() }

  /// Runs a program to its end.
  /// - Throws: ``Failure`` with what it said, unless it exits with 0.
  @discardableResult
  package static func run(_ words: [String]) async throws -> [String] {
    let program = try TestProgram(words)
    program.input.close()
    let output = await program.output.rest()
    let code = await program.end.value() ?? -1
    guard code == 0 else { throw Failure(words: words, code: code, output: output) }
    return output
  }
}
