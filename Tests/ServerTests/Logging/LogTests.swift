import Foundation
import Logging
import SCRProtocol
import SCRRuntime
import SCRServer
import Testing

@Suite("Log lines")
struct LogTests {
  /// What a logger wrote into a file.
  private func logged(
    _ format: LogSettings.Format, level: LogSettings.Level = .info, _ body: (Logger) -> Void
  ) throws -> String {
    try logged(format, LogThreshold(level), body)
  }

  private func logged(
    _ format: LogSettings.Format, _ threshold: LogThreshold, _ body: (Logger) -> Void
  ) throws -> String {
    let file = FileManager.default.temporaryDirectory.appending(path: "scr-log-\(UUID())")
    defer { try? FileManager.default.removeItem(at: file) }
    let sink = try LogSink(file: file.path)
    body(
      Logger(label: "scr.tools") { label in
        LineLogHandler(label: label, threshold: threshold, format: format, sink: sink) {
          Timestamp(milliseconds: 1_500)
        }
      })
    #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o600)
    return try String(contentsOf: file, encoding: .utf8)
  }

  @Test("text has time, level, logger, message and sorted metadata on one line")
  func text() throws {
    let text = try logged(.text) { logger in
      logger.warning("slow call", metadata: ["tool": "a b", "ms": "12", "empty": ""])
      logger.debug("not shown")
      logger.error("forged\nline \u{1b}[31m")
    }
    #expect(
      text == """
        1970-01-01T00:00:01.500Z warning scr.tools: slow call empty="" ms=12 tool="a b"
        1970-01-01T00:00:01.500Z error scr.tools: forged\\u{a}line \\u{1b}[31m

        """)
  }

  @Test("a level that changes counts for loggers that exist already")
  func threshold() throws {
    let threshold = LogThreshold(.error)
    let text = try logged(.text, threshold) { logger in
      logger.notice("before")
      threshold.set(.notice)
      logger.notice("after")
      threshold.set(.critical)
      logger.notice("later")
    }
    #expect(text == "1970-01-01T00:00:01.500Z notice scr.tools: after\n")
  }

  @Test("JSON has the same as one object a line")
  func json() throws {
    let text = try logged(.json, level: .trace) { logger in
      var logger = logger
      logger[metadataKey: "server"] = "git"
      logger.trace("a \"quote\"\n", metadata: ["n": "1"])
      logger.info("plain")
    }
    let lines = try text.split(separator: "\n").map { try JSONParser.parse(String($0)) }
    #expect(
      lines == [
        [
          "time": "1970-01-01T00:00:01.500Z", "level": "trace", "logger": "scr.tools", "message": "a \"quote\"\n",
          "metadata": ["n": "1", "server": "git"],
        ],
        [
          "time": "1970-01-01T00:00:01.500Z", "level": "info", "logger": "scr.tools", "message": "plain",
          "metadata": ["server": "git"],
        ],
      ])
  }

  @Test("an error that is logged is named")
  func error() throws {
    struct Broken: Error, CustomStringConvertible { let description = "broken" }
    let text = try logged(.text) { $0.error("failed", error: Broken()) }
    #expect(text == "1970-01-01T00:00:01.500Z error scr.tools: failed error=broken\n")
  }

  @Test("a line is never longer than the limit and stays whole", arguments: ["é", "\u{1}", "x"])
  func bounded(letter: String) throws {
    let long = String(repeating: letter, count: 100_000)
    let text = try logged(.text) { $0.info("\(long)", metadata: ["a": "\(long)"]) }
    #expect(text.utf8.count <= LogLine.limit && text.hasSuffix(" [cut]\n"))
    let json = try logged(.json) { $0.info("\(long)", metadata: ["a": "\(long)", "b": "\(long)"]) }
    #expect(json.utf8.count <= LogLine.limit && json.utf8.count(where: { $0 == 0x0A }) == 1)
    let message = try JSONParser.parse(json)["message"]?.stringValue
    #expect(message?.hasPrefix(letter) == true && message?.hasSuffix(" [cut]") == true)
  }

  @Test("levels of settings are the levels of the log")
  func levels() {
    #expect(LogSettings.Level.allCases.map { Logger.Level($0).rawValue } == LogSettings.Level.allCases.map(\.rawValue))
  }

  @Test("a file that cannot be opened is an error")
  func unwritable() {
    let error = #expect(throws: DiskFile.Failure.self) { try LogSink(file: "/dev/null/x") }
    #expect(error?.description == "Not a directory")
  }
}
