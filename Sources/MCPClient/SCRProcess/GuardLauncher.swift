import CProcessGuard
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Our ends of a guard and its future child. All of them are non-blocking.
struct LaunchedGuard: Sendable {
  var input: Int32
  var output: Int32
  var errors: Int32
  var control: Int32
  /// Readable when the guard has ended.
  var handle: Int32
  var pid: Int32
  /// What the guard hands to the child as its stdin; ours to close once it was sent.
  var childInput: Int32
  /// Foundation's own idea of the guard, kept until the guard has ended.
  var process: Process
}

/// The only place that uses Foundation's `Process`. What it starts is a guard: this binary in another mode
/// (CProcessGuard), which starts the child when it is told to.
enum GuardLauncher {
  /// - Throws: ``ProcessError``; every descriptor is closed then.
  ///
  /// - Parameter mark: the value of ``ChildMark/variable``.
  static func launch(_ spec: ProcessSpec, mark: String?) throws -> LaunchedGuard {
    var pipes = Pipes()
    do {
      let input = try pipes.open("a pipe for stdin", scr_pipe)
      let output = try pipes.open("a pipe for stdout", scr_pipe)
      let errors = try pipes.open("a pipe for stderr", scr_pipe)
      let control = try pipes.open("a socket for the guard", scr_control_pair)
      for descriptor in [input.write, output.read, errors.read, control.read] {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
      }
      let process = try run(spec, mark, control: control.write, output: output.write, errors: errors.write)
      let pid = process.processIdentifier
      // The guard waits for our go, so it is alive and this is its pid.
      let handle = scr_process_handle(pid)
      guard handle >= 0 else { throw ProcessError.system("watching the guard", errno: errno) }
      for descriptor in [control.write, output.write, errors.write] { close(descriptor) }
      return LaunchedGuard(
        input: input.write, output: output.read, errors: errors.read, control: control.read, handle: handle, pid: pid,
        childInput: input.read, process: process)
    } catch {
      // The guard, if there is one, ends with its control socket.
      pipes.closeAll()
      throw error
    }
  }

  private static func run(
    _ spec: ProcessSpec, _ mark: String?, control: Int32, output: Int32, errors: Int32
  ) throws -> Process {
    let process = Process()
    process.executableURL = executable
    process.arguments =
      [String(cString: scr_guard_marker()), spec.workingDirectory ?? "", spec.command] + spec.arguments
    var environment = spec.environment
    if let mark { environment[ChildMark.variable] = mark }
    process.environment = environment
    process.standardInput = FileHandle(fileDescriptor: control, closeOnDealloc: false)
    process.standardOutput = FileHandle(fileDescriptor: output, closeOnDealloc: false)
    process.standardError = FileHandle(fileDescriptor: errors, closeOnDealloc: false)
    // A terminationHandler would keep the object and its descriptors for ever (measured on Linux), so there is none.
    do { try process.run() } catch {
      throw ProcessError(.spawnFailed, "the guard of \(spec.command) could not be started: \(error)", cause: error)
    }
    return process
  }

  /// Through `/proc`, so that it is this very program even if its file was replaced by a newer one.
  private static var executable: URL? {
    #if os(Linux)
      URL(fileURLWithPath: "/proc/self/exe")
    #else
      Bundle.main.executableURL
    #endif
  }
}

/// Pairs of descriptors, closed together when a launch fails half-way.
private struct Pipes {
  private var opened: [Int32] = []

  mutating func open(
    _ what: String, _ make: (UnsafeMutablePointer<Int32>?) -> Int32
  ) throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard make(&ends) == 0 else { throw ProcessError.system("opening \(what)", errno: errno) }
    opened += ends
    return (ends[0], ends[1])
  }

  func closeAll() { for descriptor in opened { close(descriptor) } }
}
