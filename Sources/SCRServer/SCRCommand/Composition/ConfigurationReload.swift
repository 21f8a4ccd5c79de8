import Logging
import SCRConnection
import SCRRuntime
import SCRServer

/// Reads the configuration again when it is asked to, and touches what is different.
struct ConfigurationReload: Sendable {
  let host: RuntimeHost
  let log: Logger
  let threshold: LogThreshold
  let output: Output
  /// Reads all layers. Blocks.
  let load: @Sendable () throws(CommandFailure) -> LoadedSettings
  /// Gets the settings in effect afterwards.
  let onChange: @Sendable (Settings) -> Void

  /// One reload per request, until the task is cancelled; requests that come during one count as one more.
  /// - Parameter start: the configuration that this process began with.
  func run(from start: LoadedSettings, for requests: AsyncStream<Void>) async {
    var current = start
    for await _ in requests {
      guard let read = await readAgain() else { continue }
      current = await apply(read, to: current, start)
    }
  }

  private func readAgain() async -> LoadedSettings? {
    let outcome: Result<LoadedSettings, CommandFailure> = await withCheckedContinuation { continuation in
      WireThread.start {
        let outcome: Result<LoadedSettings, CommandFailure>
        do throws(CommandFailure) { outcome = .success(try load()) } catch { outcome = .failure(error) }
        continuation.resume(returning: outcome)
      }
    }
    switch outcome {
    case .success(let loaded): return loaded
    case .failure(let failure):
      output.note("the configuration was not reloaded and stays as it was\n\(failure.description)")
      return nil
    }
  }

  private func apply(
    _ read: LoadedSettings, to current: LoadedSettings, _ start: LoadedSettings
  ) async -> LoadedSettings {
    let new = read.keepingFixed(of: start)
    let pending = SettingsChange(from: start.settings, to: read.settings).atRestart
    let changed = SettingsChange(from: current.settings, to: new.settings).atOnce
    threshold.set(new.settings.log.level)
    let servers = await host.apply(new)
    onChange(new.settings)
    log.notices(new)
    for path in pending { log.warning("\(path) has changed, which takes effect at the next start") }
    var metadata: Logger.Metadata = [:]
    if !changed.isEmpty { metadata["settings"] = "\(changed.joined(separator: ", "))" }
    if !servers.isEmpty { metadata["servers"] = "\(servers.summary)" }
    let outcome =
      metadata.isEmpty ? "the configuration was read again: nothing is different" : "the configuration was reloaded"
    log.notice("\(outcome)", metadata: metadata)
    return new
  }
}
