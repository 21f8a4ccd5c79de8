import SCRRuntime
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file `lock`, held by flock(2): the kernel lets go of it when its owner ends. The pid in it only informs people,
/// so content that a crash left behind does no harm.
final class DirectoryLock: Sendable {
  private let descriptor: Mutex<Int32?>
  private let isHeld = Atomic<Bool>(false)

  private init(descriptor: Int32) { self.descriptor = Mutex(descriptor) }

  deinit { release() }

  static func take(in directory: String) throws(StoreError) -> DirectoryLock {
    let path = "\(directory)/lock"
    // Children must not inherit the lock, or it would outlive us.
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw StoreError(system: errno, path: path, doing: "take the lock") }
    let lock = DirectoryLock(descriptor: file)
    while flock(file, LOCK_EX | LOCK_NB) != 0 {
      if errno == EINTR { continue }
      if errno == EWOULDBLOCK { throw held(path: path, directory: directory, file: file) }
      throw StoreError(system: errno, path: path, doing: "take the lock")
    }
    lock.isHeld.store(true, ordering: .releasing)
    try write(pid: getpid(), to: file, path: path)
    return lock
  }

  func release() {
    let file = descriptor.withLock { descriptor in
      defer { descriptor = nil }
      return descriptor
    }
    guard let file else { return }
    // Whoever looks without the lock sees that the owner left in order. Who never had it leaves the owner's number alone.
    if isHeld.load(ordering: .acquiring) { _ = ftruncate(file, 0) }
    // A child on its way from fork to exec has a copy of the descriptor: closing ours alone would not let go of the lock.
    flock(file, LOCK_UN)
    close(file)
  }

  private static func write(pid: pid_t, to file: Int32, path: String) throws(StoreError) {
    let text = Array("\(pid)\n".utf8)
    guard ftruncate(file, 0) == 0, pwrite(file, text, text.count, 0) == text.count else {
      throw StoreError(system: errno, path: path, doing: "write the pid")
    }
  }

  private static func held(path: String, directory: String, file: Int32) -> StoreError {
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = pread(file, &bytes, bytes.count, 0)
    let digits = bytes.prefix(max(count, 0)).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    let owner = digits.isEmpty ? "another process" : "process \(String(decoding: digits, as: UTF8.self))"
    return StoreError(
      .locked, "\(owner) owns the state directory \(directory): stop it, or name another directory with --state DIR")
  }
}
