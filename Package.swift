// swift-tools-version:6.2
import PackageDescription

let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let bigInt = Target.Dependency.product(name: "BigInt", package: "BigInt")

func room(_ path: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(
    name: String(path.split(separator: "/").last!), dependencies: dependencies,
    path: "Sources/\(path)", swiftSettings: house)
}

func fixture(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, path: "Tests/Fixtures/\(name)", swiftSettings: house)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, swiftSettings: house)
}

let targets: [Target] = [
  // Sources/Protocol: values and the connection engine.
  room("Protocol/SCRProtocol"),
  .target(name: "CLocalSocket", path: "Sources/Protocol/CLocalSocket"),
  room("Protocol/SCRConnection", ["SCRProtocol", "CLocalSocket"]),

  // Sources/MCPClient: the only room that spawns, and the client of tool servers.
  .target(name: "CProcessGuard", path: "Sources/MCPClient/CProcessGuard"),
  room("MCPClient/SCRProcess", ["CProcessGuard"]),
  // Built against libcurl's headers and not linked with it: it is loaded at the first use.
  .target(name: "CCurl", path: "Sources/MCPClient/CCurl"),
  room("MCPClient/SCRHTTP", ["CCurl"]),
  room("MCPClient/MCPClient", ["SCRProtocol", "SCRConnection", "SCRProcess"]),

  // Sources/Runtime: tasks, plans, agents, tools and the seams that others implement.
  room("Runtime/SCRRuntime", ["SCRProtocol"]),
  room("Runtime/SCRStore", ["SCRProtocol", "SCRRuntime", grdb, sqlite]),
  room("Runtime/SCRModels", ["SCRProtocol", "SCRRuntime", "SCRHTTP"]),
  room("Runtime/SCRTools", ["SCRProtocol", "SCRRuntime", "SCRProcess", "MCPClient", bigInt]),

  // Sources/SCRServer: the MCP kit, the filesystem server, handlers, settings and commands.
  room("SCRServer/MCPServer", ["SCRProtocol", "SCRConnection"]),
  .target(name: "CRootedPath", path: "Sources/SCRServer/CRootedPath"),
  room("SCRServer/FilesystemServer", ["SCRProtocol", "SCRConnection", "MCPServer", "CRootedPath"]),
  room("SCRServer/SCRServer", ["SCRProtocol", "SCRConnection", "SCRRuntime", "MCPServer", yams, log]),
  room(
    "SCRServer/SCRCommand",
    [
      "SCRProtocol", "SCRConnection", "SCRProcess", "SCRHTTP", "MCPClient", "SCRRuntime", "SCRStore",
      "SCRTools", "SCRModels", "MCPServer", "FilesystemServer", "SCRServer", arguments, log,
    ]),
  .executableTarget(
    name: "scr", dependencies: ["SCRCommand", "CProcessGuard"], path: "Sources/SCRServer/scr", swiftSettings: house),

  // Benchmarks
  .executableTarget(
    name: "store-bench", dependencies: ["SCRProtocol", "SCRRuntime", "SCRStore"], path: "Benchmarks/store-bench",
    swiftSettings: house),
  .executableTarget(
    name: "model-bench", dependencies: ["SCRProtocol", "SCRRuntime", "SCRHTTP", "SCRModels"],
    path: "Benchmarks/model-bench", swiftSettings: house),

  .executableTarget(
    name: "frame-bench", dependencies: ["SCRProtocol", "SCRConnection"], path: "Benchmarks/frame-bench",
    swiftSettings: house),

  // Tests
  .target(
    name: "SCRTestSupport", dependencies: ["CProcessGuard", "SCRProtocol", "SCRConnection", "SCRRuntime"],
    path: "Tests/Support",
    exclude: ["CFaultVFS"], swiftSettings: house),
  .target(name: "CFaultVFS", path: "Tests/Support/CFaultVFS", linkerSettings: [.linkedLibrary("sqlite3")]),
  .target(
    name: "SCRFuzzTargets", dependencies: ["SCRProtocol", "SCRConnection", "SCRHTTP", "SCRRuntime"],
    path: "Tests/Fuzz/Targets", swiftSettings: house),
  fixture("fake-mcp-server", ["SCRProtocol"]),
  fixture("stubborn-child", ["SCRProcess"]),
  fixture("broken-scr", ["SCRProtocol"]),
  // The official suite's server under test: what it offers, for tests in memory, and the program.
  .target(
    name: "EverythingServer", dependencies: ["SCRProtocol", "MCPServer"], path: "Tests/Fixtures/everything-server",
    swiftSettings: house),
  fixture("conformance-server", ["SCRConnection", "MCPServer", "EverythingServer"]),
  fixture("conformance-client", ["SCRProtocol", "SCRProcess", "MCPClient"]),
  tests("ProtocolTests", ["SCRProtocol", "SCRTestSupport"]),
  tests("ConnectionTests", ["SCRProtocol", "SCRConnection", "SCRTestSupport"]),
  tests("ProcessTests", ["CProcessGuard", "SCRProcess", "SCRTestSupport", "stubborn-child"]),
  tests(
    "MCPClientTests",
    [
      "SCRProtocol", "SCRConnection", "SCRProcess", "MCPClient", "SCRTestSupport", "fake-mcp-server",
      "conformance-client",
    ]),
  tests("HTTPTests", ["SCRHTTP", "SCRTestSupport"]),
  tests("ModelTests", ["SCRProtocol", "SCRRuntime", "SCRHTTP", "SCRModels", "SCRTestSupport"]),
  tests("RuntimeTests", ["SCRProtocol", "SCRRuntime", "SCRStore", "SCRTestSupport"]),
  tests(
    "StoreTests", ["SCRProtocol", "SCRRuntime", "SCRStore", "SCRTestSupport", "CFaultVFS", grdb], exclude: ["Fixtures"]),
  tests(
    "ToolsTests",
    ["SCRProtocol", "SCRProcess", "SCRRuntime", "SCRTools", "MCPClient", "SCRTestSupport", "fake-mcp-server"]),
  tests(
    "MCPServerTests", ["SCRProtocol", "SCRConnection", "SCRRuntime", "MCPServer", "EverythingServer", "SCRTestSupport"]),
  tests("FilesystemServerTests", ["SCRProtocol", "SCRConnection", "MCPServer", "FilesystemServer", "SCRTestSupport"]),
  tests(
    "ServerTests",
    ["SCRProtocol", "SCRConnection", "SCRRuntime", "SCRTools", "SCRServer", "MCPServer", "SCRTestSupport"]),
  tests(
    "CommandTests",
    [
      "SCRProtocol", "SCRConnection", "SCRRuntime", "SCRStore", "MCPServer", "SCRServer", "SCRCommand",
      "SCRTestSupport", grdb,
    ]),
  tests(
    "EndToEndTests",
    [
      "SCRProtocol", "SCRConnection", "SCRRuntime", "SCRTestSupport", "CProcessGuard", "scr", "fake-mcp-server",
      "broken-scr", "conformance-server",
    ]),
  tests("FuzzTests", ["SCRProtocol", "SCRFuzzTargets", "SCRTestSupport"]),
  tests("ArchitectureTests", []),
]

// Under a sanitizer only what needs no package of others is built: `scripts/tsan.sh`.
let isSanitized = Context.environment["SCR_PROTOCOL_ONLY"] == "1"
let sanitized: Set = [
  "CLocalSocket", "CProcessGuard", "SCRProtocol", "SCRConnection", "SCRRuntime", "SCRTestSupport", "ProtocolTests",
  "ConnectionTests",
]

let package = Package(
  name: "scr",
  platforms: [.macOS(.v15)],
  products: isSanitized
    ? []
    : [
      .executable(name: "scr", targets: ["scr"]),
      // The official conformance suite's server and client under test.
      .executable(name: "conformance-server", targets: ["conformance-server"]),
      .executable(name: "conformance-client", targets: ["conformance-client"]),
    ],
  dependencies: isSanitized
    ? []
    : [
      .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
      .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
      .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
      .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
      .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
  targets: isSanitized ? targets.filter { sanitized.contains($0.name) } : targets
)
