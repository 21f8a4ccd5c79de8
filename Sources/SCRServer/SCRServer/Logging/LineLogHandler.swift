package import Logging
package import SCRRuntime
import Synchronization

/// Writes swift-log's messages as lines of text or JSON. It hides nothing: who logs gives names, ids and sizes, never
/// payloads.
package struct LineLogHandler: LogHandler {
  /// The threshold of all loggers, unless this one got a level of its own.
  package var logLevel: Logger.Level {
    get { own ?? threshold.level }
    set { own = newValue }
  }
  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?
  private var own: Logger.Level?
  private let threshold: LogThreshold
  private let label: String
  private let format: LogSettings.Format
  private let sink: LogSink
  private let now: @Sendable () -> Timestamp

  package init(
    label: String, threshold: LogThreshold, format: LogSettings.Format, sink: LogSink,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.label = label
    self.threshold = threshold
    self.format = format
    self.sink = sink
    self.now = now
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    let provided = metadataProvider?.get() ?? [:]
    var all = metadata.merging(provided) { $1 }.merging(event.metadata ?? [:]) { $1 }
    if let error = event.error { all["error"] = "\(error)" }
    let line = LogLine(
      time: now(), level: event.level, label: label, message: event.message.description,
      metadata: all.sorted { $0.key < $1.key }.map { ($0.key, $0.value.description) })
    sink.write(format == .json ? line.json : line.text)
  }
}

/// What is logged: shared by every copy of a logger, so that it can change while they live.
package final class LogThreshold: Sendable {
  private let current: Mutex<Logger.Level>

  package init(_ level: LogSettings.Level) { current = Mutex(Logger.Level(level)) }

  var level: Logger.Level { current.withLock { $0 } }
  package func set(_ level: LogSettings.Level) { current.withLock { $0 = Logger.Level(level) } }
}

extension Logger.Level {
  package init(_ level: LogSettings.Level) {
    self =
      switch level {
      case .trace: .trace
      case .debug: .debug
      case .info: .info
      case .notice: .notice
      case .warning: .warning
      case .error: .error
      case .critical: .critical
      }
  }
}
