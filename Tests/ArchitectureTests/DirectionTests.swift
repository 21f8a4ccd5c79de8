import Testing

@Suite struct DirectionTests {
  @Test func `every room imports only what lies below it`() throws {
    for room in try SourceTree.rooms() where !room.contains("/C") {
      let target = String(room.split(separator: "/")[1])
      let files = try SourceTree.swiftFiles("Sources/\(room)")
      #expect(!files.isEmpty, "\(room) holds no Swift")
      #expect(files.flatMap { ImportRule.house.violations(in: $0, of: target) } == [])
    }
  }

  @Test func `the two halves of the house never meet below the commands`() {
    let allowed = ImportRule.house.allowed
    #expect(allowed["SCRRuntime"]?.isDisjoint(with: ["SCRConnection", "MCPClient", "MCPServer", "SCRProcess"]) == true)
    #expect(allowed["MCPServer"]?.contains("SCRRuntime") == false)
    #expect(allowed.filter { $0.value.contains("SCRStore") }.keys.sorted() == ["SCRCommand"])
  }

  @Test(arguments: [
    "import SCRStore", "package import GRDB", "@testable import Yams", "import class Foundation.Thread",
    "  import Foundation",
  ])
  func `an import against the direction is found`(line: String) {
    let file = SourceFile(path: "a.swift", text: "import SCRProtocol\n\(line)\n")
    #expect(ImportRule.house.violations(in: file, of: "SCRRuntime").map(\.line) == [2])
  }

  @Test func `Foundation is allowed where FoundationEssentials is not there, and in no comment or string counted`() {
    let file = SourceFile(
      path: "a.swift",
      text: """
        #if canImport(FoundationEssentials)
          import FoundationEssentials
        #else
          import Foundation
        #endif
        // import GRDB
        let text = "import Yams"
        """)
    #expect(ImportRule.house.violations(in: file, of: "SCRRuntime") == [])
  }

  @Test func `a room without a line in the rule is found`() {
    let file = SourceFile(path: "a.swift", text: "")
    #expect(ImportRule.house.violations(in: file, of: "SCRNovelty").count == 1)
  }
}
