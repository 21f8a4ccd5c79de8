import Glibc
import SCRProtocol
import Testing

/// Clients and tool servers that mean harm, against the built binary: it stays alive, bounded, and of use to others.
@Suite("Hostile peers", .timeLimit(.minutes(3)))
struct HostilePeerTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  /// Above what a quiet one holds, whatever a client does: the limits of a connection are 8 MiB unwritten and 16 MiB a frame.
  private static let roomKiB = 96 << 10

  /// The most that the process ever held.
  private func peakKiB(_ process: ScrProcess) -> Int { Self.memory(of: process.pid, "VmHWM:") }

  private static func memory(of pid: Int32, _ name: String) -> Int {
    guard let file = fopen("/proc/\(pid)/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
      let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        .split(whereSeparator: \.isWhitespace)
      if words.first.map(String.init) == name { return words.dropFirst().first.flatMap { Int($0) } ?? 0 }
    }
    return 0
  }

  private static func sum(_ id: Int) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"execute_tool","params":{"name":"calculator","arguments":{"expression":"\#(id) + 1"}}}"#
  }

  private static func isRight(_ answer: JSONValue, _ id: Int) -> Bool {
    answer["result"]?["structuredContent"]?["result"] == JSONValue(id + 1)
  }

  @Test func `random bytes, half frames and ids that are in use end nothing, and a task of before them goes on`()
    async throws
  {
    let scr = try ScrProcess(["serve", "--state", ":memory:"], in: place)
    scr.send(
      #"{"jsonrpc":"2.0","id":"task","method":"submit_task","params":{"wait":true,"plan":{"title":"Later","steps":[{"id":"a","wait":{"event":{"name":"go"}}}]}}}"#
    )
    var generator = Lehmer(state: 11)
    for round in 1...400 {
      var junk = (0..<Int(generator.next() % 900)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      junk.removeAll { $0 == 0x0A }
      scr.send(String(decoding: junk, as: UTF8.self))
      scr.send(String(Self.sum(round).prefix(Int(generator.next() % 60))))
      // The waiting request's id, again.
      scr.send(#"{"jsonrpc":"2.0","id":"task","method":"status"}"#)
      scr.send(#"{"jsonrpc":"2.0","id":\#(round),"result":{}}"#)
    }
    scr.send(Self.sum(7))
    #expect(Self.isRight(try await scr.answer(to: 7), 7))
    scr.send(#"{"jsonrpc":"2.0","id":"go","method":"send_event","params":{"name":"go"}}"#)
    let task = try await scr.frame { $0["id"] == "task" && $0["result"]?["state"] != nil }
    #expect(task["result"]?["state"] == "completed")
    #expect(peakKiB(scr) < Self.roomKiB)
    #expect(await scr.finish().code == 0)
  }

  /// The server stops reading while its answers are not read, so the writer stops, too: neither side fills memory.
  @Test
  func `a hundred thousand requests of one that does not read are answered once it reads, and memory stays bounded`()
    async throws
  {
    let count = 100_000
    let scr = try ScrProcess(["serve", "--state", ":memory:"], in: place, reading: false)
    let other = try ScrProcess(["serve", "--state", ":memory:"], in: place)
    TestThread.start {
      for begin in stride(from: 1, through: count, by: 1000) {
        scr.send((begin..<(begin + 1000)).map(Self.sum).joined(separator: "\n"))
      }
    }
    // Another client, meanwhile.
    for id in 1...20 {
      other.send(Self.sum(id))
      #expect(Self.isRight(try await other.answer(to: JSONValue(id)), id))
    }
    let stalled = peakKiB(scr)
    scr.read()
    var right = Set<Int64>()
    while right.count < count {
      let answer = try await scr.next()
      guard let id = answer["id"]?.integerValue, Self.isRight(answer, Int(id)) else { break }
      #expect(right.insert(id).inserted, "a second answer to \(id)")
    }
    #expect(right.count == count)
    #expect(stalled < Self.roomKiB && peakKiB(scr) < Self.roomKiB, "\(stalled) KiB, then \(peakKiB(scr)) KiB")
    #expect(await scr.finish().code == 0)
    #expect(await other.finish().code == 0)
  }

  /// What servers write, each for ever: no line end at all, junk lines, requests of their own.
  static let floods: [(name: String, script: String)] = [
    ("one endless line", "yes | tr -d '\\n'"),
    ("junk", "yes 'no json'"),
    ("requests", #"yes '{"jsonrpc":"2.0","id":1,"method":"ping"}'"#),
    ("half a frame, then silence", #"printf '{"jsonrpc":"2.0","id":1,"res'; cat > /dev/null"#),
  ]

  @Test(arguments: floods.indices)
  func `a tool server that floods ends nothing, and others are served`(place number: Int) async throws {
    let flood = Self.floods[number]
    try place.write(
      "scr.yaml",
      """
      mcp:
        servers:
          flood: { command: /bin/sh, args: [-c, \(JSONValue.string(flood.script).jsonText)], startupTimeoutMs: 1500 }
      """)
    let scr = try ScrProcess(["serve", "--state", ":memory:", "--config", "scr.yaml"], in: place)
    scr.send(#"{"jsonrpc":"2.0","id":"flood","method":"execute_tool","params":{"name":"flood.any"}}"#)
    for id in 1...50 {
      scr.send(Self.sum(id))
      #expect(Self.isRight(try await scr.answer(to: JSONValue(id)), id), "\(flood.name)")
    }
    let refused = try await scr.answer(to: "flood")
    #expect(refused["error"]?["data"]?["kind"] == "server_unavailable", "\(flood.name): \(refused.jsonText)")
    #expect(peakKiB(scr) < 2 * Self.roomKiB, "\(flood.name): \(peakKiB(scr)) KiB")
    #expect(await scr.finish().code == 0)
  }

  /// Always the same numbers.
  private struct Lehmer {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 48_271 % 2_147_483_647
      return state
    }
  }
}
