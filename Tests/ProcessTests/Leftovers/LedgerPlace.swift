import Foundation
import Synchronization

@testable import SCRProcess

/// A folder with a ledger in it, and what the ledger complained of.
final class LedgerPlace: Sendable {
  let folder: String
  private let heard = Mutex<[String]>([])

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("scr-ledger-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var complaints: [String] { heard.withLock { $0 } }
  var path: String { "\(folder)/children" }
  var text: String? { try? String(contentsOfFile: path, encoding: .utf8) }
  var records: ChildRecords? { text.flatMap { ChildRecords(parsing: Array($0.utf8)) } }

  func write(_ text: String, mode: Int = 0o600) throws {
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  var ledger: ChildLedger {
    ChildLedger(path: path) { [weak self] complaint in self?.heard.withLock { $0.append(complaint) } }
  }

  /// The identity of the boot, as a ledger of now writes it.
  func boot() async throws -> String {
    let table = ProcessTable(ledger: ledger)
    _ = await table.sweepLeftovers()
    let boot = records?.boot
    await table.stopAll()
    return boot ?? ""
  }
}
