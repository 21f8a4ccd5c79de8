import SCRRuntime
import SCRServer
import SCRStore

/// The stores of a runtime, and the directory that they own.
struct Stores: Sendable {
  let tasks: any TaskStore
  let memory: any MemoryStore
  private let directory: StateDirectory?

  /// Gone with the process.
  static var ephemeral: Stores { Stores(tasks: InMemoryTaskStore(), memory: InMemoryMemoryStore(), directory: nil) }

  /// Owns the state directory until ``close()``.
  ///
  /// - Parameters:
  ///   - directory: the settings' directory, where it was taken already.
  ///   - notice: is told what the disk does to the store.
  /// - Throws: `StoreError`; `.locked` names the owner and `--state`.
  static func open(
    _ settings: Settings, in directory: StateDirectory? = nil, notice: @escaping @Sendable (String) -> Void
  ) async throws -> Stores {
    if settings.stateDir == Settings.inMemory { return ephemeral }
    let directory = try directory ?? StateDirectory.open(settings.stateDir)
    let tasks = try await SQLiteTaskStore.open(in: directory, notice: notice)
    return Stores(tasks: tasks, memory: MemoryPlace.open(settings, beside: directory), directory: directory)
  }

  /// Where the children of the owner are written down; nil where nothing is kept.
  var childrenPath: String? { directory?.childrenPath }

  /// Bytes that may still be written beside the stores; nil where nothing is kept.
  var freeDisk: @Sendable () -> Int64? {
    guard let path = directory?.path else { return { nil } }
    return { StateDirectory.freeBytes(at: path) }
  }

  var isDurable: Bool { directory != nil }

  func close() async {
    await tasks.close()
    await memory.close()
    directory?.release()
  }
}
