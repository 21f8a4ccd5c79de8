import CFaultVFS
import SCRRuntime
import SCRTestSupport

@testable import SCRStore

/// A folder whose disk fails as it is told, for everything that SQLite does in it.
final class FaultyDisk: @unchecked Sendable {
  struct Operations: OptionSet, Sendable {
    let rawValue: UInt32
    static let open = Operations(rawValue: UInt32(SCR_FAULT_OPEN))
    static let read = Operations(rawValue: UInt32(SCR_FAULT_READ))
    static let write = Operations(rawValue: UInt32(SCR_FAULT_WRITE))
    static let sync = Operations(rawValue: UInt32(SCR_FAULT_SYNC))
    static let truncate = Operations(rawValue: UInt32(SCR_FAULT_TRUNCATE))
    static let delete = Operations(rawValue: UInt32(SCR_FAULT_DELETE))
    static let changes: Operations = [.write, .sync, .truncate, .delete]
  }

  /// By how a name ends.
  enum File: String, Sendable {
    case database = "scr.sqlite"
    case log = "scr.sqlite-wal"
    case memory = "memory.sqlite"
    case any = ""
  }

  enum Effect: Sendable {
    /// The operation does nothing and returns an SQLite code.
    case fail(Int32)
    /// Only writes that make a file longer fail.
    case full
    /// A write does so many bytes and fails.
    case short(bytes: Int, Int32)
    /// A sync fails, and what it should have written is gone whatever later syncs say.
    case loseSync
    /// A write does so many bytes; then nothing works any more.
    case powerLoss(bytes: Int)
    /// A read gets this byte of the file wrong.
    case flip(byte: Int)
  }

  enum Kept: Sendable, Hashable {
    case synced, everything
    case some(seed: UInt64)
  }

  let folder: String
  private let disk: OpaquePointer
  private var calls: [Unmanaged<Box>] = []

  fileprivate final class Box {
    let call: @Sendable () -> Void
    init(_ call: @escaping @Sendable () -> Void) { self.call = call }
  }

  private init(_ folder: String, _ disk: OpaquePointer) { (self.folder, self.disk) = (folder, disk) }

  deinit {
    scr_fault_disk_free(disk)
    for call in calls { call.release() }
  }

  /// A disk with an empty folder on it, gone after `body`.
  static func use<Value>(_ body: (FaultyDisk) async throws -> Value) async throws -> Value {
    try await withTemporaryDirectory { path in
      guard let disk = scr_fault_disk_make(path) else { throw BrokenPromise("no faulty disk") }
      return try await body(FaultyDisk(path, disk))
    }
  }

  /// The `nth` such operation from now on, and `count` in all (nil: all that follow), has the effect.
  func plan(
    _ effect: Effect, at operations: Operations, of file: File = .any, nth: Int = 1, count: Int? = 1
  ) {
    var rule = rule(operations, nth, count)
    switch effect {
    case .fail(let code): (rule.effect, rule.code) = (SCR_FAULT_FAIL, code)
    case .full: (rule.effect, rule.code) = (SCR_FAULT_FAIL_GROWTH, 13)
    case .short(let bytes, let code): (rule.effect, rule.bytes, rule.code) = (SCR_FAULT_SHORT, Int64(bytes), code)
    case .loseSync: (rule.effect, rule.code) = (SCR_FAULT_LOSE, 10 | 4 << 8)
    case .powerLoss(let bytes): (rule.effect, rule.bytes) = (SCR_FAULT_POWER_LOSS, Int64(bytes))
    case .flip(let byte): (rule.effect, rule.bytes) = (SCR_FAULT_FLIP, Int64(byte))
    }
    add(&rule, file)
  }

  /// Before the operation goes on, `call` returns.
  func hold(_ operations: Operations, of file: File = .any, _ call: @escaping @Sendable () -> Void) {
    var rule = rule(operations, 1, 1)
    let box = Unmanaged.passRetained(Box(call))
    calls.append(box)
    rule.effect = SCR_FAULT_CALL
    rule.context = box.toOpaque()
    rule.call = { context in
      if let context { Unmanaged<Box>.fromOpaque(context).takeUnretainedValue().call() }
    }
    add(&rule, file)
  }

  private func rule(_ operations: Operations, _ nth: Int, _ count: Int?) -> scr_fault_rule {
    var rule = scr_fault_rule()
    rule.operations = operations.rawValue
    rule.skip = Int64(nth - 1)
    rule.count = Int64(count ?? -1)
    return rule
  }

  private func add(_ rule: inout scr_fault_rule, _ file: File) {
    file.rawValue.withCString { suffix in
      rule.suffix = file == .any ? nil : suffix
      scr_fault_disk_add(disk, &rule)
    }
  }

  func heal() { scr_fault_disk_clear(disk) }
  func setReadOnly(_ isReadOnly: Bool) { scr_fault_disk_set_read_only(disk, isReadOnly ? 1 : 0) }
  var hasPower: Bool { scr_fault_disk_has_power(disk) == 1 }
  /// Writes, syncs, truncations and deletions so far.
  var changes: Int { Int(scr_fault_disk_changes(disk)) }

  /// What a machine finds after the power came back. Close what is open on the disk first.
  func restart(keeping kept: Kept) throws {
    let (mode, seed): (scr_fault_kept, UInt64) =
      switch kept {
      case .synced: (SCR_FAULT_KEEP_SYNCED, 0)
      case .everything: (SCR_FAULT_KEEP_ALL, 0)
      case .some(let seed): (SCR_FAULT_KEEP_SOME, seed)
      }
    let code = scr_fault_disk_restart(disk, mode, seed)
    if code != 0 { throw BrokenPromise("the disk could not be put in place: \(code)") }
  }
}
