import FoundationEssentials
import Glibc
import SCRProtocol

/// A folder of its own for one test: working directory, home and state at once. Removed at the end.
final class TestPlace: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/scr-e2e-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw ScrProcess.SpawnError(code: errno) }
    path = String(cString: made)
    for folder in ["work", "home", "state"] { mkdir("\(path)/\(folder)", 0o700) }
    signal(SIGPIPE, SIG_IGN)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var state: String { "\(path)/state" }

  /// What was built beside the tests, unless `SCR_BIN` names another build.
  var binary: String { environmentVariable("SCR_BIN") ?? "\(Self.buildFolder)/scr" }

  var environment: [String: String] {
    ["PATH": environmentVariable("PATH") ?? "/usr/bin:/bin", "HOME": "\(path)/home", "LANG": "C.UTF-8"]
  }

  private static let buildFolder: String = {
    let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return String(executable[..<(executable.lastIndex(of: "/") ?? executable.startIndex)])
  }()

  private func environmentVariable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: url(name)) }
  func read(_ name: String) throws -> String { String(decoding: try Data(contentsOf: url(name)), as: UTF8.self) }
  private func url(_ name: String) -> URL { URL(filePath: "\(path)/\(name)") }

  /// A configuration with one tool server, the fake one, that behaves as its flags say.
  /// - Returns: arguments that make a command use it.
  func fakeServer(_ flags: [String] = [], settings: String = "") throws -> [String] {
    try write(
      "scr.test.yaml",
      """
      tools: { allow: ["fake.*"] }
      mcp:
        servers:
          fake:
            command: \(Self.buildFolder)/fake-mcp-server
            args: \(JSONValue.array(flags.map { .string($0) }).jsonText)
            idempotentTools: [append, spawn]
            startupTimeoutMs: 2000
            \(settings)

      """)
    return ["--config", "\(path)/scr.test.yaml", "--state", state]
  }
}
