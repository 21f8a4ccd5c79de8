import SCRProtocol
import SCRServer
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file in which a chaos server writes down each effect before it answers. Only ever appended to, and flushed to the
/// disk with every line. Every function blocks.
///
/// A server that was stopped or is on its way out may still write beside its successor, so the file is locked for each
/// line, and read on before.
final class EffectsLedger: Sendable {
  private struct State {
    var index: LedgerIndex
    var reader = LedgerReader()
  }

  private let path: String
  private let life: Int
  private let state: Mutex<State>

  static func path(in folder: String, server: String) -> String { "\(folder)/effects.\(server).jsonl" }

  init(folder: String, server: String, life: Int) {
    path = Self.path(in: folder, server: server)
    self.life = life
    state = Mutex(State(index: LedgerIndex(server: server)))
  }

  /// Decides what the call comes to and writes it down.
  /// - Throws: `DiskFile.Failure`; nothing is written then.
  func record(_ call: LedgerIndex.Call, at now: Int64) throws(DiskFile.Failure) -> LedgerLine {
    let outcome: Result<LedgerLine, DiskFile.Failure> = state.withLock { state in
      do throws(DiskFile.Failure) { return .success(try record(call, at: now, &state)) } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  private func record(
    _ call: LedgerIndex.Call, at now: Int64, _ state: inout State
  ) throws(DiskFile.Failure) -> LedgerLine {
    let file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw DiskFile.Failure(errno: errno) }
    // Closing lets go of the lock.
    defer { close(file) }
    while flock(file, LOCK_EX) != 0 { if errno != EINTR { throw DiskFile.Failure(errno: errno) } }
    for line in try state.reader.read(file) { state.index.add(line) }
    let line = state.index.line(for: call, at: now, life: life, pid: getpid())
    try append(line, to: file, after: state.reader)
    return line
  }

  private func append(_ line: LedgerLine, to file: Int32, after reader: LedgerReader) throws(DiskFile.Failure) {
    let end = lseek(file, 0, SEEK_END)
    // What a crash tore stays a line of its own.
    let text = (reader.isInsideLine ? [UInt8(ascii: "\n")] : []) + line.json.encoded + [UInt8(ascii: "\n")]
    do throws(DiskFile.Failure) {
      try DiskFile.writeAll(file, text)
      guard fsync(file) == 0 else { throw DiskFile.Failure(errno: errno) }
    } catch {
      // A disk that is full takes half a line at most, and that must not pass for an effect.
      ftruncate(file, end)
      throw error
    }
  }
}

/// Reads the lines that a ledger got since the last time.
struct LedgerReader: Sendable {
  private var offset: off_t = 0
  private var partial: [UInt8] = []

  /// The file does not end with a newline.
  var isInsideLine: Bool { !partial.isEmpty }

  /// - Throws: `DiskFile.Failure`.
  mutating func read(_ file: Int32) throws(DiskFile.Failure) -> [LedgerLine] {
    var lines: [LedgerLine] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = pread(file, &chunk, chunk.count, offset)
      if count < 0 {
        if errno == EINTR { continue }
        throw DiskFile.Failure(errno: errno)
      }
      if count == 0 { return lines }
      offset += off_t(count)
      for part in chunk[..<count].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
        if part.offset > 0 {
          if let line = LedgerLine(partial) { lines.append(line) }
          partial = []
        }
        partial += part.element
      }
    }
  }

  /// The same for a file that may not be there yet.
  mutating func read(path: String) throws(DiskFile.Failure) -> [LedgerLine] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      if errno == ENOENT { return [] }
      throw DiskFile.Failure(errno: errno)
    }
    defer { close(file) }
    return try read(file)
  }
}
