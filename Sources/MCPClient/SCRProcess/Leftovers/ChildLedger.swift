import CProcessGuard
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file in which the children of this process are written down before they can be lost, for whoever starts after us.
///
/// No entry waits for the disk: what a power cut tears concerns processes that it ended. All writing happens on the
/// launch thread. The state directory's lock keeps others out.
package final class ChildLedger: Sendable {
  private struct State {
    /// Nil before ``begin()`` and after ``close()``.
    var descriptor: Int32?
    var records: ChildRecords
    var size = 0
    /// A write failed half-way, so that the next line would be glued to a torn one.
    var isTorn = false
    var hasComplained = false
  }

  private let path: String
  private let state: Mutex<State>
  private let complain: @Sendable (String) -> Void

  /// Bytes after which the file is written anew with what lives.
  private static let sizeLimit = 64 << 10
  private static let readLimit = 1 << 20

  /// - Parameters:
  ///   - path: the file's; nothing is touched before ``begin(_:)``.
  ///   - complain: gets what keeps the ledger from being kept. Children are started nevertheless.
  package init(path: String, complain: @escaping @Sendable (String) -> Void = { _ in }) {
    self.path = path
    self.complain = complain
    state = Mutex(State(descriptor: nil, records: ChildRecords(boot: "")))
  }

  private static var currentBoot: String {
    var text = [UInt8](repeating: 0, count: 128)
    let outcome = text.withUnsafeMutableBytes { bytes in
      scr_boot_identity(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    return outcome == 0 ? String(decoding: text.prefix { $0 != 0 }, as: UTF8.self) : "unknown"
  }

  // MARK: Begin and end

  /// Ends what earlier owners left, then begins a file of our own. To be called before the first child.
  /// - Returns: what had to be ended.
  func begin(_ mark: ChildMark) async -> [Leftover] {
    let (boot, earlier) = await LaunchThread.shared.value { [self] in (Self.currentBoot, read()) }
    var swept: [Leftover] = []
    if let earlier, earlier.boot == boot {
      let sweep = LeftoverSweep(recorded: earlier.living, prefixes: earlier.marks.map(\.prefix))
      swept = await DedicatedThread.value { sweep.run() }
    }
    let hasSurvivors = swept.contains { $0.outcome == .survived }
    await LaunchThread.shared.value { [self] in
      state.withLock { state in
        // Whoever could not be ended is looked for again at the next start.
        state.records = hasSurvivors ? earlier ?? ChildRecords(boot: boot) : ChildRecords(boot: boot)
        state.records.add(mark)
        rewrite(&state)
      }
    }
    return swept
  }

  /// Removes the file if nothing can be left over.
  func close() async {
    await LaunchThread.shared.value { [self] in
      state.withLock { state in
        guard let descriptor = state.descriptor.take() else { return }
        shut(descriptor)
        if state.records.living.isEmpty, state.records.marks.count == 1 { unlink(path) }
      }
    }
  }

  deinit { if let descriptor = state.withLock({ $0.descriptor.take() }) { shut(descriptor) } }

  // MARK: Entries

  /// Blocks; called on the launch thread.
  func began(_ child: ProcessIdentity) {
    state.withLock { state in
      state.records.add(child)
      append(ChildRecords.line(began: child), &state)
    }
  }

  func ended(_ child: ProcessIdentity) {
    state.withLock { state in
      state.records.remove(child)
      append(ChildRecords.line(ended: child), &state)
    }
  }

  private func append(_ line: String, _ state: inout State) {
    guard let descriptor = state.descriptor else { return }
    let bytes = Array((line + "\n").utf8)
    if state.isTorn || state.size + bytes.count > Self.sizeLimit { return rewrite(&state) }
    let count = write(descriptor, bytes, bytes.count)
    state.size += max(count, 0)
    guard count != bytes.count else { return }
    state.isTorn = true
    fail("write", &state)
  }

  // MARK: The file

  private func read() -> ChildRecords? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { shut(file) }
    var status = stat()
    // What others could have written must not name processes for us to end.
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
      status.st_mode & 0o022 == 0
    else {
      complain("\(path) is not written by this user alone, so nothing that an earlier run left is ended")
      return nil
    }
    var bytes = [UInt8](repeating: 0, count: min(Int(status.st_size), Self.readLimit))
    let count = pread(file, &bytes, bytes.count, 0)
    return count > 0 ? ChildRecords(parsing: Array(bytes.prefix(count))) : nil
  }

  /// A new file takes the place of the old one as a whole.
  private func rewrite(_ state: inout State) {
    let temporary = "\(path).new"
    unlink(temporary)
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { return fail("create", &state) }
    let bytes = Array(state.records.text.utf8)
    guard write(file, bytes, bytes.count) == bytes.count, rename(temporary, path) == 0 else {
      fail("write", &state)
      unlink(temporary)
      return shut(file)
    }
    if let old = state.descriptor { shut(old) }
    state.descriptor = file
    state.size = bytes.count
    state.isTorn = false
  }

  /// Told once: the next entry would say the same.
  private func fail(_ doing: String, _ state: inout State) {
    let reason = String(cString: strerror(errno))
    if state.hasComplained { return }
    state.hasComplained = true
    complain(
      "cannot \(doing) \(path) (\(reason)): tool servers that outlive a kill of scr are not ended by the next start")
  }

  private func shut(_ descriptor: Int32) {
    #if canImport(Glibc)
      Glibc.close(descriptor)
    #else
      Darwin.close(descriptor)
    #endif
  }
}
