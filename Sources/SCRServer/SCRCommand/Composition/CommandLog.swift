import Logging
import SCRRuntime
import SCRServer

/// The log of a command, as the settings ask for it.
enum CommandLog {
  /// - Parameter threshold: what may be changed later; nil is as the settings say.
  /// - Throws: ``CommandFailure`` with exit code 2 if the file cannot be opened.
  static func open(
    _ settings: LogSettings, threshold: LogThreshold? = nil, clock: any RuntimeClock
  ) throws(CommandFailure) -> Logger {
    let threshold = threshold ?? LogThreshold(settings.level)
    let sink: LogSink
    do { sink = try settings.file.map { file throws(DiskFile.Failure) in try LogSink(file: file) } ?? LogSink() } catch
    {
      throw CommandFailure.usage("the log file \(settings.file ?? "") cannot be opened: \(error)")
    }
    return Logger(label: "scr") { label in
      LineLogHandler(label: label, threshold: threshold, format: settings.format, sink: sink, now: { clock.now() })
    }
  }

  /// For commands whose stderr belongs to a person: next to nothing unless the settings name a file or a level. What
  /// matters to such a command it says itself.
  static func quiet(_ loaded: LoadedSettings, clock: any RuntimeClock) throws(CommandFailure) -> Logger {
    var settings = loaded.settings.log
    if loaded.origins["log.level"] == nil, settings.file == nil { settings.level = .critical }
    return try open(settings, clock: clock)
  }
}

extension Logger {
  func changed(_ server: String, _ status: ToolServerStatus) {
    let level: Level = status.state == .failed ? .error : status.reason == nil ? .info : .warning
    var metadata: Metadata = ["server": "\(server)", "state": "\(status.state.rawValue)"]
    if status.state == .ready { metadata["tools"] = "\(status.toolCount)" }
    if let reason = status.reason { metadata["reason"] = "\(reason)" }
    log(level: level, "tool server \(server) is \(status.state.rawValue)", metadata: metadata)
  }

  func exited(_ report: ExitReport) {
    let child = report.offender
    log(
      level: report.level, "\(report.supervisor) lost \(child.id)",
      metadata: [
        "context": "\(report.context)", "reason": "\(report.reason)", "consequence": "\(report.consequence)",
        "restarts": "\(child.restarts)",
      ])
  }

  func notices(_ loaded: LoadedSettings) {
    for notice in loaded.notices { self.notice("\(notice)") }
  }
}

extension ExitReport {
  /// A child that ends in its time is no news; one that nobody can stop always is.
  fileprivate var level: Logger.Level {
    switch consequence {
    case .gaveUp: .error
    case _ where reason == .stuck: .error
    case .restarting where context == .shutdown: .debug
    case .restarting: .warning
    case .stopped, .removed, .autoShutdown: context == .shutdownError || context == .startError ? .warning : .debug
    }
  }
}
