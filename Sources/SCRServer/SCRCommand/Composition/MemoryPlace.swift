import SCRRuntime
import SCRServer
import SCRStore

/// Where memory is kept, for the runtime and for commands that look at it or change it alone.
enum MemoryPlace {
  /// Opened by its first use.
  /// - Parameter directory: the state directory, which is owned already.
  static func open(_ settings: Settings, beside directory: StateDirectory) -> any MemoryStore {
    let (memory, quota) = (settings.memory, settings.memory.quota)
    if memory.backend == .memory { return InMemoryMemoryStore(quota: quota) }
    return DeferredMemoryStore { () throws(StoreError) in
      // A place of its own has a lock of its own, which ends with the store that holds it.
      let place = try memory.path.map { path throws(StoreError) in try StateDirectory.openMemory(path) }
      return try await SQLiteMemoryStore.open(in: place ?? directory, quota: quota)
    }
  }

  /// A look at memory beside its owner, without the lock.
  /// - Returns: nil where nothing was ever remembered.
  /// - Throws: `StoreError`, ``CommandFailure``.
  static func read<Result>(
    _ loaded: LoadedSettings, _ body: (any MemoryStore) async throws -> Result
  ) async throws -> Result? {
    let store: SQLiteMemoryStore
    do { store = try await SQLiteMemoryStore.openReadOnly(folder(loaded.settings)) } catch let error as StoreError {
      if error.code == .missing { return nil }
      throw error
    }
    return try await closing(store, body)
  }

  /// Changes memory while nobody else has it.
  /// - Throws: `StoreError` `.locked` naming the owner, ``CommandFailure``.
  static func change<Result>(
    _ loaded: LoadedSettings, _ body: (any MemoryStore) async throws -> Result
  ) async throws -> Result {
    let settings = loaded.settings
    let folder = try folder(settings)
    let directory =
      settings.memory.path == nil ? try StateDirectory.open(folder) : try StateDirectory.openMemory(folder)
    defer { directory.release() }
    return try await closing(SQLiteMemoryStore.open(in: directory, quota: settings.memory.quota), body)
  }

  private static func folder(_ settings: Settings) throws(CommandFailure) -> String {
    if settings.memory.backend == .memory || settings.memory.path == nil && settings.stateDir == Settings.inMemory {
      throw .usage("this memory ends with the process: there is nothing to look at", hint: "name a state directory")
    }
    return settings.memory.path ?? settings.stateDir
  }

  private static func closing<Result>(
    _ store: SQLiteMemoryStore, _ body: (any MemoryStore) async throws -> Result
  ) async throws -> Result {
    do {
      let result = try await body(store)
      await store.close()
      return result
    } catch {
      await store.close()
      throw error
    }
  }
}
