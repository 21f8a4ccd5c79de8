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
    for folder in ["folder", "home", "state"] { mkdir("\(path)/\(folder)", 0o700) }
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

  /// With the folders that it lies in.
  func write(_ name: String, _ text: String) throws {
    let file = url(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  func read(_ name: String) throws -> String { String(decoding: try Data(contentsOf: url(name)), as: UTF8.self) }
  /// The names of what lies in it.
  func list() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path) }
  private func url(_ name: String) -> URL { URL(filePath: "\(path)/\(name)") }

  /// A command from its start to its end.
  /// - Parameter input: what it finds on stdin.
  func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) async throws -> ScrProcess.End {
    let scr = try ScrProcess(arguments, in: self, environment: environment)
    if !input.isEmpty { scr.send(input) }
    return await scr.finish()
  }

  /// The path of the server that behaves as it is told.
  var fakeServerPath: String { "\(Self.buildFolder)/fake-mcp-server" }

  /// The path of the official suite's server under test.
  var conformanceServerPath: String { "\(Self.buildFolder)/conformance-server" }

  /// The path of what spoils a `scr serve`.
  var brokenPath: String { "\(Self.buildFolder)/broken-scr" }

  /// A configuration with one tool server, the fake one, that behaves as its flags say.
  /// - Parameter command: another program in its place.
  /// - Returns: arguments that make a command use it.
  func fakeServer(
    _ flags: [String] = [], command: String? = nil, startupTimeoutMs: Int = 20_000, more: JSONObject = [:]
  ) throws -> [String] {
    var server: JSONObject = [
      "command": .string(command ?? fakeServerPath), "args": .array(flags.map { .string($0) }),
      "idempotentTools": ["append", "spawn"], "startupTimeoutMs": .init(startupTimeoutMs),
    ]
    for field in more { server[field.key] = field.value }
    let settings: JSONValue = [
      "tools": ["allow": ["calculator", "fake.*"]], "mcp": ["servers": ["fake": .object(server)]],
    ]
    try write("scr.test.yaml", settings.jsonText)
    return ["--config", "\(path)/scr.test.yaml", "--state", state]
  }
}
