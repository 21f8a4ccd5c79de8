import Glibc

/// The real program, with pipes to it.
struct Child {
  let pid: pid_t
  let input: Int32
  let output: Int32

  static func start(_ words: [String]) -> Child {
    let (input, output) = (makePipe(), makePipe())
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, input.read, 0)
    posix_spawn_file_actions_adddup2(&actions, output.write, 1)
    let pid = spawn(words, &actions, flags: 0)
    close(input.read)
    close(output.write)
    return Child(pid: pid, input: input.write, output: output.read)
  }

  /// Outlives everything: in a session of its own no group is its end.
  static func startOrphan() {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    for stream in Int32(0)...2 { posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0) }
    _ = spawn(["/bin/sleep", "300"], &actions, flags: 0x80)
  }

  /// The first to come gets the state directory, whoever comes later another one.
  static func elsewhere(_ words: [String]) -> [String] {
    guard let place = words.firstIndex(of: "--state"), place + 1 < words.count else { return words }
    let mark = open("\(words[place + 1]).first", O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    var words = words
    if mark < 0 { words[place + 1] += "-\(getpid())" } else { close(mark) }
    return words
  }

  /// Nobody is in between then.
  static func become(_ words: [String]) -> Never {
    var argv = words.map { strdup($0) } + [nil]
    execv(words[0], &argv)
    exit(70)
  }

  /// How it ended, as an exit code.
  func wait() -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
  }

  private static func spawn(_ words: [String], _ actions: inout posix_spawn_file_actions_t, flags: Int16) -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    posix_spawnattr_setflags(&attributes, flags)
    var argv = words.map { strdup($0) } + [nil]
    var pid = pid_t()
    guard posix_spawn(&pid, words[0], &actions, &attributes, &argv, environ) == 0 else { exit(70) }
    return pid
  }

  private static func makePipe() -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { exit(70) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }
}
