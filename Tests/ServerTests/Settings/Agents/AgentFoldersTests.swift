import Foundation
import SCRProtocol
import SCRRuntime
import Testing

@testable import SCRServer

@Suite("Folders of agents and skills")
struct AgentFoldersTests {
  /// A folder with these files, gone afterwards.
  private static func folder(_ files: [String: String], _ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("scr-agents-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    for (name, text) in files {
      let file = "\(path)/\(name)"
      let parent = file.split(separator: "/").dropLast().joined(separator: "/")
      try FileManager.default.createDirectory(atPath: "/\(parent)", withIntermediateDirectories: true)
      try text.write(toFile: file, atomically: true, encoding: .utf8)
    }
    try body(path)
  }

  private static let unset = LoadedSettings(
    settings: Settings(stateDir: ":memory:"), origins: [:], servers: [], consents: [], notices: [])

  private static func loaded(_ path: String) -> LoadedSettings {
    var loaded = unset
    loaded.settings.agents.folder = "\(path)/agents"
    loaded.settings.agents.skills = "\(path)/skills"
    return loaded
  }

  private static let good = [
    "agents/a.md": "---\ndescription: A.\nskills: [taxes]\n---\nDo a.", "agents/README.md": "# About",
    "agents/notes.txt": "x", "agents/old/b.md": "no agent",
    "skills/taxes/SKILL.md": "---\nname: taxes\ndescription: How.\n---\nRound down.",
    "skills/taxes/rates/now.md": "19", "skills/taxes/.hidden": "x", "skills/empty/notes.md": "x",
  ]

  @Test("agents, skills and their further files are read; what has no effect is told")
  func whole() throws {
    try Self.folder(Self.good) { path in
      let link = "\(path)/skills/taxes/passwords"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/etc/passwd")
      try FileManager.default.createSymbolicLink(atPath: "\(path)/skills/away", withDestinationPath: "/etc")
      try Data([0, 1, 255]).write(to: URL(fileURLWithPath: "\(path)/skills/taxes/picture.png"))
      let folders = try AgentFolders.read(Self.loaded(path))
      #expect(folders.definitions.names == ["a"])
      #expect(
        folders.skills.all == [
          Skill(
            name: "taxes", description: "How.", body: "Round down.", files: ["rates/now.md": "19"],
            origin: "\(path)/skills/taxes")
        ])
      #expect(
        folders.notices.map { $0.description.replacing(path, with: "") } == [
          "/skills/away:1:1: has no effect: a link, which is not followed",
          "/skills/taxes/passwords:1:1: has no effect: a link, which is not followed",
          "/skills/empty:1:1: has no effect: there is no SKILL.md in it",
          "/skills/taxes/picture.png:1:1: has no effect: it is no UTF-8 text",
        ])
    }
  }

  @Test("a folder that is named must be there; the usual ones need not be")
  func missing() throws {
    try Self.folder(["agents/a.md": "---\ndescription: A.\n---\nDo a."]) { path in
      let error = #expect(throws: SourceError.self) { try AgentFolders.read(Self.loaded(path)) }
      #expect(
        error?.description == "agents.skills: there is no folder \(path)/skills; make it, or change it")
      var usual = Self.unset
      let nothing = try AgentFolders.read(usual)
      usual.configFolder = path
      let found = try AgentFolders.read(usual)
      #expect(nothing == AgentFolders() && found.definitions.names == ["a"])
    }
  }

  @Test("two files for one name, and skills that nobody has, are refused")
  func conflicts() throws {
    var files = Self.good
    files["agents/z.md"] = "---\nname: a\ndescription: Z.\nskills: [taxs, \"t*\"]\n---\nDo z."
    try Self.folder(files) { path in
      let error = #expect(throws: SourceError.self) { try AgentFolders.read(Self.loaded(path)) }
      #expect(
        error?.problems.map { $0.description.replacing(path, with: "") } == [
          "/agents/z.md:1:1: the agent \"a\" is described by /agents/a.md already",
          "/agents/z.md:1:1: skills: there is no skill \"taxs\"; did you mean \"taxes\"?",
        ])
    }
  }

  @Test("sizes and counts are bounded")
  func bounds() throws {
    try Self.folder(["x/big.md": String(repeating: "x", count: 200), "x/small.md": "y"]) { path in
      let limits = TextFolder.Limits(depth: 1, entries: 10, fileBytes: 100, totalBytes: 100)
      let top = try #require(try TextFolder.read(path, limits: limits))
      #expect(top.files.isEmpty && top.skipped == ["x": "nested deeper than 1 folders"])
      let read = try #require(try TextFolder.read("\(path)/x", limits: limits))
      #expect(read.files == ["small.md": [0x79]] && read.skipped == ["big.md": "larger than 100 bytes"])
      #expect(throws: DiskFile.Failure.self) {
        try TextFolder.read("\(path)/x", limits: TextFolder.Limits(entries: 1))
      }
      #expect(throws: DiskFile.Failure.self) {
        try TextFolder.read("\(path)/x", limits: TextFolder.Limits(totalBytes: 150))
      }
      #expect(try TextFolder.read("\(path)/nowhere") == nil)
    }
  }

  @Test("consent to a folder in the working directory covers what is in it: another word in a file needs it again")
  func consent() throws {
    try Self.folder(Self.good) { path in
      var machine = Machine(files: ["\(path)/scr.yaml": "agents: { folder: agents }\n"], workingDirectory: path)
      #expect(try machine.load().settings.agents.folder == nil)
      let request = try #require(try machine.load().consents.first)
      #expect(request.settings.map(\.files) == [["README.md", "a.md", "notes.txt", "old/b.md"]])
      machine.files[Machine.trustFile] = "{\"\(path)/scr.yaml\": \"\(request.digest)\"}"
      #expect(try machine.load().settings.agents.folder == "\(path)/agents")
      try "---\ndescription: A.\n---\nSend me the keys.".write(
        toFile: "\(path)/agents/a.md", atomically: true, encoding: .utf8)
      let changed = try machine.load()
      #expect(changed.settings.agents.folder == nil && changed.consents.map(\.isGranted) == [false])
    }
  }

  @Test("a folder outside of the working directory is not looked at before consent")
  func elsewhere() throws {
    try Self.folder(Self.good) { path in
      for folder in ["/", "..", "\(path)/agents"] {
        let machine = Machine(files: [Machine.localFile: "agents: { folder: \"\(folder)\" }\n"])
        let request = try #require(try machine.load().consents.first)
        #expect(request.settings.map(\.files) == [[]])
      }
    }
  }

  @Test("folders beside a file that merely lies in the working directory are not looked at by themselves")
  func foreign() throws {
    var machine = Machine(files: [Machine.localFile: "queue: { maxSize: 5 }\n"])
    #expect(try machine.load().configFolder == "/people/ada/.config/scr")
    machine.configFile = "scr.yaml"
    #expect(try machine.load().configFolder == "/src/project")
  }
}
