import Foundation
import SCRProtocol
import Testing

@testable import FilesystemServer
@testable import MCPServer

/// A root `inside` with a sibling `outside` that holds the secret; gone with the last reference.
final class TemporaryTree: Sendable {
  static let secret = "the secret"

  let base: String
  let root: String

  init() throws {
    base =
      try #require(
        realpath(NSTemporaryDirectory(), nil).map { path in
          defer { free(path) }
          return String(cString: path)
        }) + "/scr-files-\(UUID().uuidString)"
    root = base + "/inside"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: base + "/outside", withIntermediateDirectories: true)
    try Self.secret.write(toFile: base + "/outside/secret.txt", atomically: false, encoding: .utf8)
  }

  deinit { try? FileManager.default.removeItem(atPath: base) }

  func path(_ name: String) -> String { root + "/" + name }

  @discardableResult
  func write(_ name: String, _ content: String = "") throws -> Self {
    try write(name, bytes: Array(content.utf8))
  }

  @discardableResult
  func write(_ name: String, bytes: [UInt8]) throws -> Self {
    let directory = (path(name) as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    return self
  }

  @discardableResult
  func link(_ name: String, to target: String) throws -> Self {
    try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
    return self
  }

  func content(_ name: String) -> String? { try? String(contentsOfFile: path(name), encoding: .utf8) }

  func modified(_ name: String) throws -> String {
    let directory = try RootedDirectory(root)
    return FileInfo.text(of: try FileInfo(of: name, in: directory.handle, path: name).modified)
  }

  /// - Parameter kernel: false goes component by component, as on a kernel without openat2.
  func tools(
    writes: Bool = false, kernel: Bool = true, limits: FilesystemLimits = FilesystemLimits()
  ) throws -> TestTools {
    let root = try RootedDirectory(root, usesKernelResolution: kernel)
    return TestTools(tools: FilesystemTools(root: root, allowWrites: writes, limits: limits), tree: self)
  }
}

/// The tools, and the tree that they need alive.
struct TestTools: Sendable {
  let tools: FilesystemTools
  private let tree: TemporaryTree?

  init(tools: FilesystemTools, tree: TemporaryTree? = nil) {
    self.tools = tools
    self.tree = tree
  }

  func call(_ name: String, _ arguments: JSONObject) async throws -> CallToolResult {
    defer { withExtendedLifetime(tree) {} }
    return try await tools.call(IncomingToolCall(name: name, arguments: arguments, id: .integer(1), progress: .none))
  }

  /// The message of a result that must be an error.
  func failure(_ name: String, _ arguments: JSONObject) async throws -> String {
    let result = try await call(name, arguments)
    return result.isError ? result.content.first?["text"]?.stringValue ?? "" : "no error: \(result)"
  }
}

extension CallToolResult {
  /// What a tool answers whose text is `text` and whose structure has `members` beside it.
  static func expected(_ text: String, _ members: JSONObject = [:], isError: Bool = false) -> CallToolResult {
    var structure: JSONObject = ["content": .string(text)]
    for member in members { structure[member.key] = member.value }
    return CallToolResult(text: text, structuredContent: .object(structure), isError: isError)
  }
}
