import SCRProtocol
import SCRRuntime
import SCRServer
import SCRStore

/// A look at the task store beside its owner, without the lock.
enum StoredTasks {
  /// - Returns: nil where nothing was ever stored.
  /// - Throws: `StoreError`.
  static func read<Result>(
    _ loaded: LoadedSettings, _ body: (any TaskStore) async throws -> Result
  ) async throws -> Result? {
    if loaded.settings.stateDir == Settings.inMemory {
      throw CommandFailure.usage("--state :memory: keeps no tasks to look at", hint: "name a state directory")
    }
    let store: SQLiteTaskStore
    do { store = try await SQLiteTaskStore.openReadOnly(loaded.settings.stateDir) } catch {
      if error.code == .missing { return nil }
      throw error
    }
    do {
      let result = try await body(store)
      await store.close()
      return result
    } catch {
      await store.close()
      throw error
    }
  }

  /// The task, or an error in the words of the command line.
  @discardableResult
  static func find(_ id: TaskID, _ runtime: CognitiveRuntime) async throws -> AgentTask {
    do { return try await runtime.task(id).task } catch {
      throw error.kind == .notFound ? unknown(id) : CommandFailure(error)
    }
  }

  static func unknown(_ id: TaskID) -> CommandFailure {
    .failed(
      .notFound, "there is no task \"\(TerminalText.clean(String(id.text.prefix(100))))\"",
      hint: "scr tasks list shows the tasks there are; is --state the right one?")
  }
}
