import SCRProtocol
import Testing

@testable import SCRRuntime

@Suite("Loop detector")
struct LoopDetectorTests {
  private static func call(_ tool: String, _ argument: Int64 = 0, result: Int64 = 0, isError: Bool = false) -> LoopCall
  {
    LoopCall(tool: tool, arguments: ["a": .integer(argument)], result: .integer(result), isError: isError)
  }

  /// The place and the kind of the first verdict.
  private static func verdict(_ calls: [LoopCall], _ limits: LoopDetector.Limits = .init()) -> (Int, LoopVerdict)? {
    var detector = LoopDetector(limits)
    for (place, call) in calls.enumerated() { if let verdict = detector.note(call) { return (place, verdict) } }
    return nil
  }

  @Test("the fifth identical call with the same result is one too many")
  func identical() {
    let found = Self.verdict(Array(repeating: Self.call("read"), count: 9))
    #expect(found?.0 == 4)
    #expect(
      found?.1.description
        == "it called read 5 times in a row with the same arguments and got the same result each time")
  }

  @Test("the same call with other results, or others in between, is no loop")
  func polling() {
    #expect(Self.verdict((0..<50).map { Self.call("poll", result: $0) }) == nil)
    #expect(Self.verdict((0..<50).map { Self.call("read", $0) }) == nil)
    #expect(Self.verdict((0..<50).map { $0 % 5 == 4 ? Self.call("other", $0) : Self.call("read") }) == nil)
  }

  @Test("the order of arguments does not make a call another")
  func canonical() {
    let calls = (0..<5).map { place in
      LoopCall(
        tool: "read", arguments: place % 2 == 0 ? ["a": 1, "b": 2] : ["b": 2, "a": 1], result: nil, isError: false)
    }
    #expect(Self.verdict(calls)?.1.kind == .identicalCalls)
  }

  @Test("the same error five times is a loop, whatever was called; a success in between begins anew")
  func errors() {
    let errors = (0..<9).map { Self.call("tool\($0)", $0, isError: true) }
    let found = Self.verdict(errors)
    #expect(found?.0 == 4)
    #expect(found?.1.description == "its last 5 tool calls failed with the same error, the last of them tool4")
    #expect(Self.verdict(Array(errors.prefix(4)) + [Self.call("fine")] + Array(errors.suffix(4))) == nil)
    #expect(Self.verdict((0..<9).map { Self.call("t", $0, result: $0, isError: true) }) == nil)
  }

  @Test("an answer that is an error differs from the same answer that is none")
  func errorFlag() {
    #expect(Self.call("a", isError: true) != Self.call("a"))
  }

  @Test("three rounds between the same two calls are a loop")
  func oscillation() {
    let found = Self.verdict((0..<9).map { $0 % 2 == 0 ? Self.call("open") : Self.call("close") })
    #expect(found?.0 == 5)
    #expect(
      found?.1.description
        == "it went back and forth 3 times between the same calls of open and close, with the same results")
    #expect(Self.verdict((0..<30).map { $0 % 3 == 0 ? Self.call("c") : Self.call("ab", $0 % 3) }) == nil)
    #expect(Self.verdict((0..<30).map { $0 % 2 == 0 ? Self.call("open") : Self.call("close", result: $0) }) == nil)
  }

  @Test("the cap of all calls holds whatever they are")
  func cap() {
    let found = Self.verdict((0..<2000).map { Self.call("t", $0) })
    #expect(found?.0 == 999)
    #expect(found?.1.description == "it made 1000 tool calls, which is as many as a task may")
    #expect(Self.verdict([Self.call("t")], .init(totalCalls: 0))?.1.kind == .tooManyCalls)
  }

  @Test("who is allowed to go on gets the same room again")
  func allow() {
    var detector = LoopDetector(.init(identicalCalls: 2, totalCalls: 4))
    let first = (0..<2).map { _ in detector.note(Self.call("a"))?.kind }
    detector.allow()
    let second = [detector.note(Self.call("a"))?.kind, detector.note(Self.call("b"))?.kind]
    detector.allow()
    let third = (0..<4).map { detector.note(Self.call("c", $0))?.kind }
    #expect(first == [nil, .identicalCalls])
    #expect(second == [nil, .tooManyCalls])
    #expect(third == [nil, nil, nil, .tooManyCalls])
  }

  @Test("the window is bounded, and so is its JSON")
  func size() {
    var detector = LoopDetector(.init(identicalCalls: 1_000_000, oscillations: .max))
    for place in 0..<1500 {
      let big = JSONValue.string(String(repeating: "x", count: 1000))
      let name = String(repeating: "t", count: 10_000)
      _ = detector.note(LoopCall(tool: name, arguments: ["n": .init(place), "big": big], result: big, isError: false))
    }
    #expect(detector.recent.count == 256)
    #expect(detector.json.encoded.count < 256 * 360)
  }

  @Test("after a restart it goes on counting where it was")
  func json() throws {
    var detector = LoopDetector()
    for _ in 0..<3 { _ = detector.note(Self.call("read")) }
    _ = detector.note(Self.call("read", isError: true))
    let text = detector.json.encoded
    var restored = try #require(LoopDetector(json: try JSONParser.parse(text)))
    #expect(restored == detector)
    let verdicts = (0..<4).map { _ in restored.note(Self.call("x", isError: true))?.kind }
    #expect(verdicts == [nil, nil, nil, .identicalErrors])
    #expect(restored.calls == 8)
    #expect(LoopDetector(json: [:]) == nil)
    var broken = detector.json.objectValue ?? [:]
    broken["recent"] = [["tool": "a"]]
    #expect(LoopDetector(json: .object(broken)) == nil)
  }
}
