@testable import SCRProcess
import Testing

struct ChildEnvironmentTests {
  @Test func `only the allow-list is inherited`() {
    let inherited = [
      "PATH": "/bin", "HOME": "/root", "LANG": "C", "LC_ALL": "C", "XDG_CACHE_HOME": "/c", "SSL_CERT_FILE": "/ca",
      "TZ": "UTC",
      "OPENAI_API_KEY": "secret", "LD_PRELOAD": "/x.so", "PATHS": "no", "SCR_STATE_DIR": "/s", "PYTHONPATH": "/p",
    ]
    #expect(
      ChildEnvironment.make(inherited: inherited, declared: [:]) == [
        "PATH": "/bin", "HOME": "/root", "LANG": "C", "LC_ALL": "C", "XDG_CACHE_HOME": "/c", "SSL_CERT_FILE": "/ca",
        "TZ": "UTC",
      ])
  }

  @Test func `what the entry declares is passed on, and wins`() {
    #expect(
      ChildEnvironment.make(
        inherited: ["PATH": "/bin", "TOKEN": "ours"], declared: ["PATH": "/opt/bin", "TOKEN": "theirs", "X": ""])
        == ["PATH": "/opt/bin", "TOKEN": "theirs", "X": ""])
  }

  @Test(arguments: [
    ("http://user:secret@proxy.example:3128", "http://proxy.example:3128"),
    ("http://user@proxy.example", "http://proxy.example"), ("user:secret@proxy:8080", "proxy:8080"),
    ("http://user:p@ss/word@proxy:8080", "http://proxy:8080"), ("http://proxy:8080/", "http://proxy:8080/"),
    ("localhost,.example.org", "localhost,.example.org"),
  ])
  func `proxies lose their credentials`(_ value: String, _ expected: String) {
    for name in ["http_proxy", "HTTPS_PROXY", "no_proxy", "ALL_PROXY"] {
      #expect(ChildEnvironment.make(inherited: [name: value], declared: [:]) == [name: expected])
    }
  }
}

struct StderrRingTests {
  private func ring(_ chunks: [UInt8]...) -> StderrRing {
    var ring = StderrRing()
    for chunk in chunks { chunk.withUnsafeBytes { ring.append($0) } }
    return ring
  }

  @Test func `the last lines are given without the last newline`() {
    let ring = ring(Array("one\ntwo\nth".utf8), Array("ree\n".utf8))
    #expect(ring.tail(lines: 2) == "two\nthree")
    #expect(ring.tail(lines: 1) == "three")
    #expect(ring.tail(lines: 9) == "one\ntwo\nthree")
    #expect(ring.tail(lines: 0) == "")
  }

  @Test func `an empty ring has an empty tail`() { #expect(StderrRing().tail(lines: 5) == "") }

  @Test(arguments: [1, 7, 4096, 64 << 10, 100_000])
  func `older bytes give way, whatever the chunks`(_ size: Int) {
    let all = (0..<200_000).map { UInt8(0x61 + $0 % 23) }
    var ring = StderrRing()
    for start in stride(from: 0, to: all.count, by: size) {
      all[start..<min(start + size, all.count)].withUnsafeBytes { ring.append($0) }
    }
    #expect(ring.count == StderrRing.capacity)
    #expect(ring.tail(lines: 1) == String(decoding: all.suffix(StderrRing.capacity), as: UTF8.self))
  }
}

struct InputQueueTests {
  @Test func `bytes leave in order, in whatever portions`() {
    var queue = InputQueue(limit: 100)
    queue.append([1, 2, 3])
    queue.append([4, 5])
    var taken: [UInt8] = []
    while let first = queue.first {
      let portion = min(2, first.count)
      taken += first.prefix(portion)
      queue.advance(by: portion)
    }
    #expect(taken == [1, 2, 3, 4, 5])
    #expect(queue.isEmpty)
  }

  @Test func `room is what the limit leaves`() {
    var queue = InputQueue(limit: 4)
    queue.append([1, 2, 3])
    #expect(queue.hasRoom(for: 1))
    #expect(!queue.hasRoom(for: 2))
    queue.advance(by: 3)
    #expect(queue.hasRoom(for: 4))
    #expect(!queue.hasRoom(for: 5))
  }

  @Test func `many chunks are taken one by one`() {
    var queue = InputQueue(limit: 10_000)
    for number in 0..<5000 { queue.append([UInt8(truncatingIfNeeded: number)]) }
    var count = 0
    while let first = queue.first {
      #expect(first == [UInt8(truncatingIfNeeded: count)])
      queue.advance(by: 1)
      count += 1
    }
    #expect(count == 5000)
  }
}

struct StopScheduleTests {
  private let start = ContinuousClock.now
  private let ladder = StopLadder(inputGrace: .seconds(2), terminateGrace: .seconds(3))

  @Test func `nothing is due before a stop`() {
    var schedule = StopSchedule()
    #expect(schedule.next == nil)
    #expect(schedule.due(now: start) == nil)
  }

  @Test func `SIGTERM follows the first grace and SIGKILL the second`() {
    var schedule = StopSchedule()
    schedule.begin(ladder, now: start)
    #expect(schedule.next == start + .seconds(2))
    #expect(schedule.due(now: start + .seconds(1)) == nil)
    #expect(schedule.due(now: start + .seconds(2)) == .terminate)
    #expect(schedule.due(now: start + .seconds(2)) == nil)
    #expect(schedule.next == start + .seconds(5))
    #expect(schedule.due(now: start + .seconds(5)) == .kill)
    #expect(schedule.next == nil)
  }

  @Test func `an immediate stop goes straight to SIGKILL`() {
    var schedule = StopSchedule()
    schedule.begin(.immediate, now: start)
    #expect(schedule.due(now: start) == .kill)
    #expect(schedule.due(now: start) == nil)
  }

  @Test func `a second stop can only hasten the first`() {
    var schedule = StopSchedule()
    schedule.begin(ladder, now: start)
    schedule.begin(StopLadder(inputGrace: .seconds(60)), now: start)
    #expect(schedule.next == start + .seconds(2))
    #expect(schedule.due(now: start + .seconds(2)) == .terminate)
    schedule.begin(.immediate, now: start + .seconds(3))
    #expect(schedule.due(now: start + .seconds(3)) == .kill)
  }
}

struct GuardReportsTests {
  @Test func `reports are cut from bytes however they arrive`() {
    let bytes: [UInt8] = [1, 0, 0, 0, 42, 0, 0, 0, 5, 0, 0, 0, 9, 0, 0, 0]
    var reports = GuardReports()
    let read = bytes.flatMap { byte in [byte].withUnsafeBytes { reports.append($0) } }
    #expect(read == [.started(42), .ended(.signalled(9))])
  }
}
