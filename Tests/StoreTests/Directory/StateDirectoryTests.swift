import Foundation
import SCRRuntime
import SCRStore
import SCRTestSupport
import Testing

@Suite("The state directory has one owner")
struct StateDirectoryTests {
  private func mode(_ path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? 0
  }

  @Test("it is made with what leads to it, for this user alone")
  func creation() async throws {
    try await withTemporaryDirectory { path in
      let directory = try StateDirectory.open(path + "/a/b/state")
      for made in ["a", "a/b", "a/b/state"] {
        #expect(try mode("\(path)/\(made)") == 0o700)
      }
      for file in ["lock", "scr.sqlite", "memory.sqlite"] { #expect(try mode("\(directory.path)/\(file)") == 0o600) }
    }
  }

  @Test("side files of the database are private even where the directory is not")
  func sideFiles() async throws {
    try await withTemporaryDirectory { path in
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
      let store = try await SQLiteTaskStore.open(in: StateDirectory.open(path))
      #expect(try mode(path + "/scr.sqlite-wal") == 0o600)
      await store.close()
    }
  }

  @Test("a second opener is told the owner's pid, the place and what to do")
  func secondOpener() async throws {
    try await withTemporaryDirectory { path in
      let owner = try StateDirectory.open(path)
      let error = #expect(throws: StoreError.self) { try StateDirectory.open(path) }
      #expect(error?.code == .locked)
      #expect(
        error?.message == "process \(ProcessInfo.processInfo.processIdentifier) owns the state directory \(path): "
          + "stop it, or name another directory with --state DIR")
      owner.release()
      owner.release()
      try StateDirectory.open(path).release()
    }
  }

  @Test("the lock is free again once its owner is gone without releasing it")
  func forgottenOwner() async throws {
    try await withTemporaryDirectory { path in
      _ = try StateDirectory.open(path)
      try StateDirectory.open(path).release()
    }
  }

  @Test("a store keeps the lock for as long as it exists")
  func storeKeepsLock() async throws {
    try await withTemporaryDirectory { path in
      let store = try await SQLiteTaskStore.open(in: StateDirectory.open(path))
      #expect(throws: StoreError.self) { try StateDirectory.open(path) }
      await store.close()
    }
  }

  @Test("what a crash left in the lock file does no harm", arguments: ["999999999\n", "no pid", ""])
  func staleContent(content: String) async throws {
    try await withTemporaryDirectory { path in
      try content.write(toFile: path + "/lock", atomically: false, encoding: .utf8)
      let directory = try StateDirectory.open(path)
      let pid = "\(ProcessInfo.processInfo.processIdentifier)\n"
      #expect(try String(contentsOfFile: path + "/lock", encoding: .utf8) == pid)
      directory.release()
    }
  }

  @Test("a directory that cannot be written is reported as read-only")
  func readOnly() {
    // Not even root may create files here.
    let error = #expect(throws: StoreError.self) { try StateDirectory.open("/sys/scr-state") }
    #expect(error?.code == .readOnly)
    #expect(error?.message.hasPrefix("cannot create the state directory at /sys/scr-state (") == true)
    #expect(error?.message.hasSuffix("make it writable for this user, or name another place with --state DIR") == true)
  }

  @Test("a file where the directory should be is named")
  func fileInTheWay() async throws {
    try await withTemporaryDirectory { path in
      try "".write(toFile: path + "/state", atomically: false, encoding: .utf8)
      let direct = #expect(throws: StoreError.self) { try StateDirectory.open(path + "/state") }
      #expect(direct?.message == "\(path)/state is no directory: name another place with --state DIR")
      let below = #expect(throws: StoreError.self) { try StateDirectory.open(path + "/state/below") }
      #expect(below?.code == .failed)
      #expect(below?.message.contains("Not a directory") == true)
    }
  }
}
