import SCRProcess
import SCRTestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct StreamTests {
  let table = ProcessTable()
  private static let patternLines = 100_000
  private static var pattern: String { (0..<patternLines).map { "line \($0)\n" }.joined() }

  @Test func `a mebibyte of output is complete and in order, then it ends, then the child`() async throws {
    let recorder = Recorder()
    _ = try await table.spawn(stubborn("pattern", "\(Self.patternLines)"), events: recorder.events)
    _ = await recorder.exit.values(1)
    #expect(recorder.output.utf8.count > 1 << 20)
    #expect(recorder.output == Self.pattern)
    #expect(recorder.order == [.started, .output, .outputEnd, .exit(.exited(0))])
  }

  @Test func `the end of stdout is seen while the child lives on`() async throws {
    let recorder = Recorder()
    let child = try await table.spawn(stubborn("close-stdout"), events: recorder.events)
    _ = await recorder.outputEnd.values(1)
    #expect(child.exitStatus == nil)
    child.closeInput()
    #expect(await recorder.exit.values(1) == [.exited(0)])
  }

  @Test func `a flood on stderr blocks nobody, and its end is kept`() async throws {
    let recorder = Recorder()
    let child = try await table.spawn(stubborn("flood", "\(10 << 20)"), events: recorder.events)
    #expect(await recorder.exit.values(1) == [.exited(0)])
    #expect(recorder.output == "flooded\n")
    #expect(child.stderrTail(lines: 2) == String(repeating: "x", count: 99) + "\nthe last words")
    #expect(child.stderrTail(lines: 1_000_000).utf8.count == (64 << 10) - 1)
  }

  @Test func `what is written comes back in order, also when it is more than a pipe holds`() async throws {
    let recorder = Recorder()
    let child = try await table.spawn(stubborn("echo"), events: recorder.events)
    for part in 0..<100 { try child.write(Array(String(repeating: "part \(part)\n", count: 5000).utf8)) }
    child.closeInput()
    #expect(await recorder.exit.values(1) == [.exited(0)])
    #expect(recorder.output == (0..<100).map { String(repeating: "part \($0)\n", count: 5000) }.joined())
  }

  @Test func `writing to a dead child throws`() async throws {
    let recorder = Recorder()
    let child = try await table.spawn(stubborn("exit", "0"), events: recorder.events)
    _ = await recorder.exit.values(1)
    let error = #expect(throws: ProcessError.self) { try child.write(Array("hello\n".utf8)) }
    #expect(error?.code == .closed)
  }

  @Test func `writing after the input was closed throws`() async throws {
    let child = try await table.spawn(stubborn("deaf"), events: Recorder().events)
    child.closeInput()
    let error = #expect(throws: ProcessError.self) { try child.write([0x0A]) }
    #expect(error?.code == .closed)
    await child.stop(ladder: .immediate)
  }

  @Test func `a child that does not read fills its queue, and then writing throws`() async throws {
    var spec = stubborn("deaf")
    spec.inputLimit = 1 << 20
    let child = try await table.spawn(spec, events: Recorder().events)
    let half = [UInt8](repeating: 0x78, count: 1 << 19)
    // The pipe itself takes a part of the first.
    try child.write(half)
    try child.write(half)
    let error = #expect(throws: ProcessError.self) { try child.write(half) }
    #expect(error?.code == .stalled)
    await child.stop(ladder: .immediate)
  }
}
