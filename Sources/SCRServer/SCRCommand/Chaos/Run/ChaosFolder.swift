import SCRProtocol
import SCRServer

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where a run keeps everything: the state directory, the ledgers, the configuration.
struct ChaosFolder: Sendable, Hashable {
  let path: String
  var state: String { "\(path)/state" }
  /// The runtime's working directory, with nothing in it.
  var work: String { "\(path)/work" }
  var configuration: String { "\(path)/scr.yaml" }
  /// What the runtimes had to say.
  var runtimeLog: String { "\(path)/runtime.log" }
  /// The write-ahead log of the task store.
  var log: String { "\(state)/scr.sqlite-wal" }

  /// A new folder below TMPDIR.
  /// - Throws: ``CommandFailure``.
  static func temporary(_ environment: [String: String]) throws(CommandFailure) -> ChaosFolder {
    let base = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    var template = Array("\(base)/scr-chaos-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw CommandFailure.failed(.internal, "\(base) takes no temporary folder: \(String(cString: strerror(errno)))")
    }
    return try prepared(String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
  }

  /// - Parameter path: absolute; must be empty, or not be there yet.
  /// - Throws: ``CommandFailure`` with exit code 2.
  static func named(_ path: String) throws(CommandFailure) -> ChaosFolder {
    let content = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard content.isEmpty else {
      throw CommandFailure.usage(
        "--state \(path) is not empty", hint: "name a new folder: a run counts only what it did itself")
    }
    return try prepared(path)
  }

  private static func prepared(_ path: String) throws(CommandFailure) -> ChaosFolder {
    let folder = ChaosFolder(path: path)
    do { try DiskFile.makeFolder(folder.work) } catch {
      throw CommandFailure.usage("\(folder.work) cannot be made: \(error)")
    }
    return folder
  }

  /// Writes the configuration with the tool servers.
  /// - Parameter executable: this program, absolute.
  func configure(executable: String) throws(CommandFailure) {
    var servers: JSONObject = [:]
    for name in Workload.servers { servers[name] = server(name, executable: executable) }
    // Nothing but what carries our mark.
    servers["filesystem"] = ["command": .string(executable), "enabled": false]
    let settings: JSONValue = [
      "log": ["file": .string(runtimeLog)], "tools": ["callTimeoutMs": 5000], "mcp": ["servers": .object(servers)],
      // So that something waits in them.
      "queue": ["classes": [ChaosTask.drained: ["maxConcurrent": 1], ChaosTask.bulk: ["maxConcurrent": 3]]],
    ]
    // JSON is YAML, and its quotes suit every path.
    do { try DiskFile.replace(configuration, with: settings.encoded) } catch {
      throw CommandFailure.failed(.internal, "\(configuration) cannot be written: \(error)")
    }
  }

  /// It has a child of its own, so that more than direct children are counted.
  private func server(_ name: String, executable: String) -> JSONValue {
    [
      "command": "/bin/sh",
      "args": [
        "-c", "sleep 3600 </dev/null >/dev/null 2>&1 & exec \"$0\" \"$@\"", .string(executable), "chaos-effects",
        "--folder", .string(path), "--name", .string(name),
      ],
      // By reference, so that the servers' definition stays the same over every life.
      "env": [ChaosMark.variable: ["env": .string(ChaosMark.variable)]],
      "allowedTools": ["*"], "idempotentTools": [.string(ChaosTool.apply.rawValue)],
      "readOnlyTools": [.string(ChaosTool.look.rawValue)],
    ]
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
