import Dispatch
import GRDB
import SCRRuntime

/// A database with an orderly end. GRDB runs all work on Dispatch queues of its own, so the cooperative pool never
/// waits for a disk.
final class StoreDatabase: Sendable {
  let connection: any DatabaseWriter
  private let life = StoreLife()

  init(_ connection: any DatabaseWriter) { self.connection = connection }

  var path: String { connection.path }

  /// Runs `body` while the database cannot be closed.
  func whileOpen<Value>(_ body: () async throws(StoreError) -> Value) async throws(StoreError) -> Value {
    try life.enter()
    defer { life.leave() }
    return try await body()
  }

  func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(StoreError) -> Value {
    try await whileOpen { () throws(StoreError) in
      let outcome: Result<Value, StoreError> = await withCheckedContinuation { done in
        connection.asyncRead { database in
          done.resume(returning: self.outcome("read") { try body(database.get()) })
        }
      }
      return try outcome.get()
    }
  }

  /// On the one connection that may write.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StoreError) -> Value {
    try await whileOpen { () throws(StoreError) in
      let outcome: Result<Value, StoreError> = await withCheckedContinuation { done in
        connection.asyncWriteWithoutTransaction { database in
          done.resume(returning: self.outcome("write") { try body(database) })
        }
      }
      return try outcome.get()
    }
  }

  /// Waits for what runs, then runs `last` off the pool and closes. Later calls wait until that is done.
  func close(_ last: @escaping @Sendable () -> Void = {}) async {
    guard await life.beginClosing() else { return }
    await withCheckedContinuation { done in
      DispatchQueue(label: "scr.store.close").async {
        last()
        // Nobody is inside, so nothing can hold the connections back; what is left of the log is read at the next start.
        try? self.connection.close()
        done.resume()
      }
    }
    life.finish()
  }

  private func outcome<Value>(_ action: String, _ body: () throws -> Value) -> Result<Value, StoreError> {
    do { return .success(try body()) } catch { return .failure(StoreError(error, path: path, doing: action)) }
  }

  /// Opens a database off the pool: recovery of a log and migrations wait for the disk.
  static func opening<Connection: DatabaseWriter>(
    _ path: String, _ body: @escaping @Sendable () throws -> Connection
  ) async throws(StoreError) -> Connection {
    let outcome: Result<Connection, StoreError> = await withCheckedContinuation { done in
      DispatchQueue(label: "scr.store.open").async {
        do { done.resume(returning: .success(try body())) } catch {
          done.resume(returning: .failure(StoreError(error, path: path, doing: "open the database")))
        }
      }
    }
    return try outcome.get()
  }
}
