import GRDB
import SCRRuntime

/// A database copied as of one moment, its log included, while others may use it.
enum DatabaseCopy {
  /// - Parameter target: made for this user alone; one that was left there is replaced. Flushed; its name is not.
  static func make(of source: String, as target: String) throws {
    try PlacedFile.remove(target)
    // SQLite fills an empty file, which then has the mode that we gave it.
    try PrivateFile.create(target)
    do {
      let queue = try DatabaseQueue(path: source, configuration: StoreFile.readOnly("scr.copy"))
      // It reads every page by way of its tables, so that a damaged one is no part of the copy.
      try queue.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [target]) }
      try queue.close()
      try Flush.file(target)
    } catch {
      try? PlacedFile.remove(target)
      throw StoreError(error, path: source, doing: "copy to \(target) what is")
    }
  }
}
