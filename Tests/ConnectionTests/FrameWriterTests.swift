import SCRConnection
import SCRTestSupport
import Testing

@Suite("FrameWriter", .timeLimit(.minutes(1))) struct FrameWriterTests {
  private let pipe = Pipe()
  private let closed = Signal<Void>()

  private func writer(highWater: Int = 8 << 20) -> FrameWriter {
    FrameWriter(descriptor: pipe.writing, highWater: highWater) { [closed] in closed.fire() }
  }

  private static func frame(_ letter: Character, _ length: Int) -> [UInt8] {
    Array((String(repeating: letter, count: length - 1) + "\n").utf8)
  }

  /// Blocks a thread of its own, so that the pool stays free.
  private func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in WireThread.start { continuation.resume(returning: body()) } }
  }

  private func read(_ count: Int) async -> [UInt8] { await onThread { [pipe] in pipe.read(count) } }

  @Test("frames of the reader leave with its flush, together and in order")
  func inline() async {
    let writer = writer()
    let kept = [writer.send(Self.frame("a", 3), inline: true), writer.send(Self.frame("b", 3), inline: true)]
    #expect(kept == [true, true])
    await onThread { writer.flush() }
    #expect(pipe.read(6) == Array("aa\nbb\n".utf8))
  }

  @Test("a frame from elsewhere leaves by itself, with those of the reader that wait before it")
  func fromElsewhere() async {
    let writer = writer()
    writer.send(Self.frame("a", 3), inline: true)
    writer.send(Self.frame("b", 3), inline: false)
    #expect(await read(6) == Array("aa\nbb\n".utf8))
    writer.send(Self.frame("c", 3), inline: false)
    #expect(await read(3) == Array("cc\n".utf8))
  }

  @Test("a slow reader gets everything whole, from many senders at once")
  func slowReader() async {
    let writer = writer()
    let letters = "abcdefgh"
    await withTaskGroup(of: Void.self) { group in
      for letter in letters {
        group.addTask { for _ in 0..<20 { writer.send(Self.frame(letter, 10_000), inline: false) } }
      }
    }
    let bytes = await read(letters.count * 20 * 10_000)
    let lines = bytes.split(separator: 0x0A)
    #expect(lines.count == 160)
    #expect(lines.allSatisfy { line in line.count == 9_999 && line.allSatisfy { $0 == line.first } })
  }

  @Test("above the high water senders of many frames wait until the reader has taken enough")
  func highWater() async {
    let writer = writer(highWater: 1000)
    await writer.waitForRoom()
    // More than a pipe holds, so that the rest stays with the writer.
    writer.send(Self.frame("x", 1 << 20), inline: false)
    writer.send(Self.frame("y", 2000), inline: false)
    let order = Signal<String>()
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await writer.waitForRoom()
        order.fire("room")
      }
      order.fire("reads")
      _ = await read((1 << 20) + 2000)
    }
    #expect(order.all == ["reads", "room"])
  }

  @Test("draining ends when all has left")
  func drain() async {
    let writer = writer()
    writer.send(Self.frame("x", 1 << 20), inline: false)
    writer.send(Self.frame("y", 1 << 20), inline: true)
    let order = Signal<String>()
    async let read = onThread { [pipe] in
      let first = pipe.read(1 << 20)
      order.fire("half")
      return first + pipe.read(1 << 20)
    }
    await onThread { writer.drain() }
    order.fire("drained")
    #expect(await read == Self.frame("x", 1 << 20) + Self.frame("y", 1 << 20))
    #expect(order.all == ["half", "drained"])
    // With nothing left it returns at once.
    await onThread { writer.drain() }
  }

  @Test("a reader that is gone is told once; waiting and draining end, later frames are dropped")
  func closedReader() async {
    let writer = writer(highWater: 10)
    pipe.closeReading()
    writer.send(Self.frame("x", 100), inline: false)
    _ = await closed.values(1)
    await writer.waitForRoom()
    await onThread {
      writer.flush()
      writer.drain()
    }
    #expect(!writer.send(Self.frame("y", 3), inline: false))
    #expect(!writer.send(Self.frame("y", 3), inline: true))
    #expect(closed.all.count == 1)
  }

  @Test("a reader that goes in the middle of a frame frees those who wait for room")
  func closedInTheMiddle() async {
    let writer = writer(highWater: 1000)
    writer.send(Self.frame("x", 1 << 20), inline: false)
    writer.send(Self.frame("y", 2000), inline: false)
    async let room: Void = writer.waitForRoom()
    _ = await read(1000)
    pipe.closeReading()
    await room
    _ = await closed.values(1)
    await onThread { writer.drain() }
  }
}
