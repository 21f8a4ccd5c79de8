import SCRCommand
import SCRConnection
import SCRProtocol
import SCRRuntime
import SCRServer
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite(.timeLimit(.minutes(1))) struct OutputTests {
  private static let wild = "a\u{1B}[2J\u{9B}1m\tb\nc\r\u{202E}"

  private func written(showsResults: Bool, _ body: (Output) -> Void) -> (result: String, note: String) {
    let texts = Mutex<(result: [UInt8], note: [UInt8])>(([], []))
    let output = Output(
      isTerminal: false, showsResults: showsResults, size: { TerminalSize() },
      writeResult: { bytes in texts.withLock { $0.result += bytes } },
      writeNote: { bytes in texts.withLock { $0.note += bytes } })
    body(output)
    return texts.withLock { (String(decoding: $0.result, as: UTF8.self), String(decoding: $0.note, as: UTF8.self)) }
  }

  @Test func `A note moves no cursor and keeps its lines and tabs`() {
    #expect(written(showsResults: false) { $0.note(Self.wild) }.note == "a[2J1m\tb\nc\n")
  }

  @Test func `A result is cleaned for a terminal and stays as it is for everything else`() {
    #expect(written(showsResults: true) { $0.result(Self.wild) }.result == "a[2J1m\tb\nc\n")
    #expect(written(showsResults: false) { $0.result(Self.wild) }.result == Self.wild + "\n")
    #expect(written(showsResults: true) { $0.result(["t": "x\u{9B}y"]) }.result == "{\"t\":\"xy\"}\n")
  }

  @Test func `A result that is lost fails the command and says why`() async {
    let notes = CapturedOutput()
    var context = notes.context()
    context.output = Output(
      isTerminal: false, size: { TerminalSize() }, writeResult: { _ in try Self.fill() },
      writeNote: { bytes in notes.output().note(String(decoding: bytes, as: UTF8.self)) })
    #expect(await Invocation.run(["version"], in: context) == .failed)
    #expect(notes.note == "error: the result could not be written to stdout: No space left on device\n")
  }

  private static func fill() throws {
    let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
    defer { close(full) }
    try DiskFile.writeAll(full, [1])
  }

  @Test func `A full descriptor that must not block is waited for`() async throws {
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let (reader, writer) = (ends[0], ends[1])
    #expect(fcntl(writer, F_SETFL, O_NONBLOCK) == 0)
    let sent = [UInt8](repeating: 7, count: 1 << 20)
    let received = OneShot<[UInt8]>()
    WireThread.start { received.fire(Self.readAll(reader)) }
    try DiskFile.writeAll(writer, sent)
    close(writer)
    #expect(await received.value() == sent)
    close(reader)
  }

  private static func readAll(_ descriptor: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count <= 0 { return bytes }
      bytes += chunk[..<count]
    }
  }
}
