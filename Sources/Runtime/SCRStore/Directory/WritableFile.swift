import GRDB
import GRDBSQLite
import SCRRuntime

enum WritableFile {
  /// SQLite opens a file for reading where it may not write it, and says so only at the first commit.
  /// - Throws: `StoreError.readOnly`.
  static func require(_ database: Database, path: String) throws(StoreError) {
    guard sqlite3_db_readonly(database.sqliteConnection, "main") == 1 else { return }
    throw StoreError(
      .readOnly,
      "\(path) can only be read: make the file and its directory writable for this user, or name another place with "
        + "--state DIR")
  }
}
