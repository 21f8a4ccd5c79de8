import SCRConnection
import SCRProtocol
import SCRRuntime
import SCRServer
import SCRStore

/// A runtime that owns the state directory and begins no task, for commands that change what is in it; or the scr that
/// owns it already, which is asked to.
enum StateOwner {
  /// Where a command stands.
  enum Standing: Sendable {
    /// The directory is ours; nil with a state in memory.
    case owner(StateDirectory?)
    /// To be closed by the command.
    case client(OwnerClient)
  }

  /// Takes the state directory, or connects to who has it.
  /// - Throws: `StoreError`; `.locked` where its owner serves nobody. ``CommandFailure`` where it refuses.
  static func stand(_ loaded: LoadedSettings, in context: CommandContext) async throws -> Standing {
    let path = loaded.settings.stateDir
    if path == Settings.inMemory { return .owner(nil) }
    let greeting = Greeting.own(.command)
    // What holds a directory for a moment is another command.
    let search = OwnerSearch(path: path, greeting: greeting, clock: context.clock, patience: .seconds(1))
    switch try await search.claim() {
    case .owned(let directory): return .owner(directory)
    case .linked(let link): return .client(OwnerClient(link))
    }
  }

  /// - Parameters:
  ///   - recovering: whether what a crash left running goes back into the queue.
  ///   - ask: does the same through the owner.
  static func run<Result: Sendable>(
    _ options: SettingsOptions, recovering: Bool = false, in context: CommandContext,
    _ body: (CognitiveRuntime) async throws -> Result, beside ask: (OwnerClient) async throws -> Result
  ) async throws -> Result {
    var loaded = try options.load(context)
    loaded.servers = []
    let log = try CommandLog.quiet(loaded, clock: context.clock)
    switch try await stand(loaded, in: context) {
    case .owner(let directory):
      let host = try await RuntimeHost.open(
        loaded, owning: directory, maxConcurrentTasks: 0, log: log, in: context)
      return try await host.run(working: recovering) { try await body(host.runtime) }
    case .client(let client):
      defer { client.close() }
      return try await ask(client)
    }
  }
}

extension JSONObject {
  /// Adds what there is.
  func adding(_ key: String, _ value: JSONValue?) -> JSONObject {
    var fields = self
    fields[key] = value
    return fields
  }
}
