import FoundationEssentials
import Testing

@testable import SCRConnection

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder of its own, gone with the test.
final class SocketFolder {
  let path: String

  init(deep: Bool = false) throws {
    var template = Array("/tmp/scr-socket-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw LocalSocketError(.failed, "no folder") }
    top = String(cString: made)
    path = deep ? "\(top)/\(String(repeating: "deep/", count: 30))folder" : top
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  private let top: String
  deinit { try? FileManager.default.removeItem(atPath: top) }
  var place: LocalSocketPlace { LocalSocketPlace(directory: path) }
}

@Suite struct LocalSocketTests {
  @Test func `a socket has its mode and answers as soon as it has its name, and nothing else is left`() throws {
    let folder = try SocketFolder()
    let listener = try LocalListener.open(at: folder.place)
    var status = stat()
    #expect(stat(folder.place.path, &status) == 0)
    #expect(status.st_mode & S_IFMT == S_IFSOCK)
    #expect(status.st_mode & 0o777 == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["scr.sock"])
    close(try folder.place.connect(patience: .seconds(1)))
    listener.close()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test func `what a killed owner left is replaced`() throws {
    let folder = try SocketFolder()
    let first = try LocalListener.open(at: folder.place)
    mkdir("\(folder.place.path).new", 0o755)
    let second = try LocalListener.open(at: folder.place)
    close(try folder.place.connect(patience: .seconds(1)))
    second.close()
    #expect(access(folder.place.path, F_OK) != 0)
    _ = first
  }

  @Test func `a name that was given up is not taken from the next owner`() throws {
    let folder = try SocketFolder()
    let first = try LocalListener.open(at: folder.place)
    first.removeName()
    let second = try LocalListener.open(at: folder.place)
    first.close()
    close(try folder.place.connect(patience: .seconds(1)))
    second.close()
  }

  @Test func `a path that no address holds is reached all the same`() throws {
    let folder = try SocketFolder(deep: true)
    #expect(folder.place.path.utf8.count > 108)
    #expect(LocalSocketPlace.address(folder.place.path) == nil)
    let listener = try LocalListener.open(at: folder.place)
    close(try folder.place.connect(patience: .seconds(1)))
    listener.close()
  }

  @Test func `where nobody listens, or no longer does, nobody is found`() throws {
    let folder = try SocketFolder()
    #expect(throws: LocalSocketError.self) { try folder.place.connect(patience: .seconds(1)) }
    let listener = try LocalListener.open(at: folder.place)
    // As when its process was killed: the name is still there.
    shutdown(listener.descriptor, Int32(SHUT_RDWR))
    do {
      close(try folder.place.connect(patience: .seconds(1)))
      Issue.record("somebody listens")
    } catch { #expect(error.code == .absent) }
  }

  @Test func `an address holds what fits with the zero behind it`() {
    let most = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1
    #expect(LocalSocketPlace.address(String(repeating: "a", count: most)) != nil)
    #expect(LocalSocketPlace.address(String(repeating: "a", count: most + 1)) == nil)
  }

  @Test func `only the owner's own user may come in`() {
    #expect(LocalPeer(uid: 1000, pid: 5).refusal(by: 1000) == nil)
    #expect(
      LocalPeer(uid: 0, pid: 5).refusal(by: 1000)
        == "process 5 runs as user 0, and this state directory is served for user 1000 alone")
    #expect(LocalPeer(uid: 1000, pid: nil).refusal(by: 0) != nil)
  }

  @Test func `the kernel says who connected`() throws {
    let folder = try SocketFolder()
    let listener = try LocalListener.open(at: folder.place)
    let socket = try folder.place.connect(patience: .seconds(1))
    defer { close(socket) }
    #expect(LocalPeer(of: socket) == LocalPeer(uid: geteuid(), pid: getpid()))
    listener.close()
  }
}
