import Foundation
import SCRRuntime
import Testing

@testable import SCRStore

@Suite("What is seen of a state directory without owning it") struct LookingTests {
  @Test func `its owner is told while it is there, and nobody once it left in order`() async throws {
    try await withTemporaryDirectory { path in
      #expect(StateDirectory.owner(of: path) == nil)
      let directory = try StateDirectory.open(path)
      #expect(StateDirectory.owner(of: path) == ProcessInfo.processInfo.processIdentifier)
      // Who tries in vain changes nothing of that.
      #expect(await storeError { _ = try StateDirectory.open(path) }?.code == .locked)
      #expect(StateDirectory.owner(of: path) == ProcessInfo.processInfo.processIdentifier)
      directory.release()
      #expect(StateDirectory.owner(of: path) == nil)
    }
  }

  @Test(arguments: ["", "x\n", "0\n", "2147483647\n"])
  func `a number that nobody has is no owner`(text: String) async throws {
    try await withTemporaryDirectory { path in
      try text.write(toFile: "\(path)/lock", atomically: true, encoding: .utf8)
      #expect(StateDirectory.owner(of: path) == nil)
    }
  }

  @Test func `room is told for a place that exists`() {
    #expect(StateDirectory.freeBytes(at: "/") ?? -1 >= 0)
    #expect(StateDirectory.freeBytes(at: "/nowhere/at/all") == nil)
  }
}
