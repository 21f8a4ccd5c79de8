import SCRRuntime
import SCRServer

/// A runtime that owns the state directory and begins no task, for commands that change what is in it.
enum StateOwner {
  /// - Parameter recovering: whether what a crash left running goes back into the queue.
  static func run<Result: Sendable>(
    _ options: SettingsOptions, recovering: Bool = false, in context: CommandContext,
    _ body: (CognitiveRuntime) async throws -> Result
  ) async throws -> Result {
    var loaded = try options.load(context)
    loaded.servers = []
    let log = try CommandLog.quiet(loaded, clock: context.clock)
    let host = try await RuntimeHost.open(loaded, maxConcurrentTasks: 0, log: log, in: context)
    return try await host.run(working: recovering) { try await body(host.runtime) }
  }
}
