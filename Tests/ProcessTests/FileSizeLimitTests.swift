import Foundation
import SCRProcess
import SCRTestSupport
import Testing

@Suite(.timeLimit(.minutes(2)), .enabled(if: FileSizeLimit.isSupported)) struct FileSizeLimitTests {
  /// Tries to write a byte for each line that it reads, and tells how that went.
  private static func writer(_ file: String) -> ProcessSpec {
    let script = "trap '' XFSZ; while read -r _; do (echo x > \"$0\") 2>/dev/null && echo written || echo refused; done"
    return ProcessSpec(command: "/bin/sh", arguments: ["-c", script, file], environment: [:])
  }

  @Test func `a limit fails the writes of a running process until it is lifted`() async throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("scr-limit-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let recorder = Recorder()
    let table = ProcessTable()
    let child = try await table.spawn(Self.writer(file), events: recorder.events)
    try child.write(Array("\n".utf8))
    _ = await recorder.lines.values(1)
    #expect(FileSizeLimit.set(0, of: child.pid))
    try child.write(Array("\n".utf8))
    _ = await recorder.lines.values(2)
    #expect(FileSizeLimit.set(nil, of: child.pid))
    try child.write(Array("\n".utf8))
    #expect(await recorder.lines.values(3) == ["written", "refused", "written"])
    _ = await child.stop(ladder: .immediate)
    #expect(!FileSizeLimit.set(0, of: child.pid))
  }
}
