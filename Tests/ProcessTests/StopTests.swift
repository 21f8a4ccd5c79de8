import SCRProcess
import SCRTestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct StopTests {
  let table = ProcessTable()
  private let quick = StopLadder(inputGrace: .milliseconds(20), terminateGrace: .milliseconds(20))
  private let patient = StopLadder(inputGrace: .seconds(3600), terminateGrace: .seconds(3600))

  private func start(_ mode: String) async throws -> (ChildProcess, Recorder) {
    let recorder = Recorder()
    return (try await table.spawn(stubborn(mode), events: recorder.events), recorder)
  }

  @Test func `a child that ends with its input is stopped by closing it`() async throws {
    let (child, _) = try await start("echo")
    #expect(await child.stop(ladder: patient) == .exited(0))
  }

  @Test func `what was written before is read before the input ends`() async throws {
    let (child, recorder) = try await start("echo")
    let text = String(repeating: "line\n", count: 100_000)
    try child.write(Array(text.utf8))
    #expect(await child.stop(ladder: patient) == .exited(0))
    #expect(recorder.output == text)
  }

  @Test func `a child that does not read gets SIGTERM`() async throws {
    let (child, _) = try await start("deaf")
    #expect(await child.stop(ladder: StopLadder(inputGrace: .zero, terminateGrace: .seconds(3600))) == .signalled(15))
  }

  @Test func `a child that ignores SIGTERM gets SIGKILL`() async throws {
    let (child, recorder) = try await start("ignore-term")
    _ = await recorder.lines.values(1)
    #expect(await child.stop(ladder: quick) == .signalled(9))
  }

  @Test func `after the stop the exit has been told`() async throws {
    let (child, recorder) = try await start("deaf")
    let status = await child.stop(ladder: .immediate)
    #expect(recorder.exit.all == [status])
    #expect(child.exitStatus == status)
    #expect(await child.stop(ladder: patient) == status)
  }

  @Test func `the most impatient of many callers counts for all`() async throws {
    let (child, recorder) = try await start("ignore-term")
    _ = await recorder.lines.values(1)
    await withTaskGroup(of: ExitStatus.self) { group in
      for _ in 0..<5 { group.addTask { await child.stop(ladder: patient) } }
      group.addTask { await child.stop(ladder: .immediate) }
      for await status in group { #expect(status == .signalled(9)) }
    }
  }

  @Test func `a cancelled caller still waits until all is gone`() async throws {
    let (child, _) = try await start("deaf")
    let status = await withTaskGroup(of: ExitStatus.self) { group in
      group.addTask {
        await child.stop(ladder: StopLadder(inputGrace: .milliseconds(20), terminateGrace: .seconds(3600)))
      }
      group.cancelAll()
      return await group.next()
    }
    #expect(status == .signalled(15))
    #expect(child.exitStatus == .signalled(15))
  }

  @Test func `all are stopped together, and no more are started`() async throws {
    let recorders = (0..<4).map { _ in Recorder() }
    for recorder in recorders { _ = try await table.spawn(stubborn("deaf"), events: recorder.events) }
    await table.stopAll(ladder: StopLadder(inputGrace: .zero, terminateGrace: .seconds(3600)))
    #expect(recorders.map(\.exit.all) == Array(repeating: [.signalled(15)], count: 4))
    #expect(table.count == 0)
    let error = await #expect(throws: ProcessError.self) {
      try await table.spawn(stubborn("echo"), events: Recorder().events)
    }
    #expect(error?.code == .stopping)
  }
}
