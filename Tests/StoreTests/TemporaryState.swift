import Foundation
import GRDB
import SCRRuntime
import SCRTestSupport

@testable import SCRStore

/// A directory that is gone after `body`.
func withTemporaryDirectory<Value>(_ body: (String) async throws -> Value) async throws -> Value {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("scr-store-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try await body(path)
}

/// A task store in a directory of its own, closed after `body`.
func withTaskStore<Value>(_ body: (SQLiteTaskStore, StateDirectory) async throws -> Value) async throws -> Value {
  try await withTemporaryDirectory { path in
    let directory = try StateDirectory.open(path + "/state")
    let store = try await SQLiteTaskStore.open(in: directory)
    let outcome: Result<Value, any Error>
    do { outcome = .success(try await body(store, directory)) } catch { outcome = .failure(error) }
    await store.close()
    return try outcome.get()
  }
}

/// The error that `body` has to throw.
func storeError(_ body: () async throws -> Void) async -> StoreError? {
  do { try await body() } catch { return error as? StoreError }
  return nil
}

/// Edits a database behind the store's back.
func edit(_ path: String, _ sql: String) throws {
  let database = try DatabaseQueue(path: path)
  try database.writeWithoutTransaction { try $0.execute(sql: sql) }
  try database.close()
}

func fileSize(_ path: String) -> Int {
  (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
}

/// One value out of a database, read behind the store's back.
func value<Value: DatabaseValueConvertible>(_ path: String, _ sql: String) throws -> Value? {
  let database = try DatabaseQueue(path: path)
  let value = try database.read { try Value.fetchOne($0, sql: sql) }
  try database.close()
  return value
}

/// Databases of older versions, as text in `Tests/StoreTests/Fixtures`.
enum StoreFixture {
  static func place(_ name: String, at path: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    try edit(path, String(contentsOf: folder.appending(path: "\(name).sql"), encoding: .utf8))
  }
}
