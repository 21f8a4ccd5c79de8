import Foundation
import Testing

@testable import SCRRuntime

@Suite("The files in examples/prompts are the built-in prompts; SCR_UPDATE_GENERATED=1 rewrites them")
struct PromptFilesTests {
  @Test(arguments: PromptLibrary.roles) func `a role's file is its prompt`(kind: AgentKind) throws {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../..")
    let file = package.standardizedFileURL.appendingPathComponent("examples/prompts/\(kind.rawValue).md")
    let source = PromptLibrary.source(of: kind) + "\n"
    if ProcessInfo.processInfo.environment["SCR_UPDATE_GENERATED"] == "1" {
      try source.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == source)
  }
}
