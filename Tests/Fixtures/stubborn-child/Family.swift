#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Grandchildren that outlive their parent unless somebody sees to it. Each is told by a line `pid N`; then comes `ready`.
enum Family {
  static func start() -> Never {
    signal(SIGTERM, SIG_IGN)
    Out.line("pid \(getpid())")
    Out.line("pid \(spawn("mute", inNewSession: false))")
    Out.line("pid \(spawn("mute", inNewSession: true))")
    // A daemon: its parent is gone before anybody looks.
    let parent = spawn("orphan", inNewSession: true)
    waitpid(parent, nil, 0)
    Out.line("ready")
    while let line = readLine() { if line == "leave" { exit(3) } }
    StubbornChild.waitForEver()
  }

  static func spawnAndLeave() { Out.line("pid \(spawn("mute", inNewSession: true))") }

  private static func spawn(_ mode: String, inNewSession: Bool) -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // POSIX_SPAWN_SETSID, which the importer does not show.
    if inNewSession { posix_spawnattr_setflags(&attributes, 0x80) }
    var pid = pid_t()
    let path = CommandLine.arguments[0]
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(path), strdup(mode), nil]
    defer { for argument in arguments { free(argument) } }
    return posix_spawn(&pid, path, nil, &attributes, &arguments, environ) == 0 ? pid : -1
  }
}
