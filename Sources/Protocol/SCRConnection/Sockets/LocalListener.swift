import CLocalSocket
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A socket that others connect to, with a name in a directory that this process has for itself.
///
/// It is bound in a folder that nobody else may enter and moved to its name when it has its mode and listens: at no
/// moment can another user connect, and the name never stands for a socket that does not answer. What an owner that
/// was killed left under the name is replaced by the same move.
package final class LocalListener: Sendable {
  package let place: LocalSocketPlace
  let descriptor: Int32
  private let isNamed = Mutex(true)
  private let isOpen = Mutex(true)

  /// How many may wait to be taken; further ones wait in their `connect`.
  private static let backlog: Int32 = 128

  private init(place: LocalSocketPlace, descriptor: Int32) {
    self.place = place
    self.descriptor = descriptor
  }

  deinit { close() }

  /// Call it only with the lock of the directory held.
  /// - Throws: ``LocalSocketError``.
  package static func open(at place: LocalSocketPlace) throws(LocalSocketError) -> LocalListener {
    let nest = "\(place.path).new"
    let egg = LocalSocketPlace(directory: nest, name: "s")
    // What a crash between two of these steps left.
    unlink(egg.path)
    rmdir(nest)
    guard mkdir(nest, 0o700) == 0 else { throw LocalSocketError(system: errno, nest, doing: "make") }
    defer {
      unlink(egg.path)
      rmdir(nest)
    }
    let made = scr_local_socket()
    guard made >= 0 else { throw LocalSocketError(system: errno, place.path, doing: "make a socket for") }
    do throws(LocalSocketError) {
      try listen(made, egg)
      guard rename(egg.path, place.path) == 0 else {
        throw LocalSocketError(system: errno, place.path, doing: "put a socket at")
      }
    } catch {
      SocketCall.close(made)
      throw error
    }
    return LocalListener(place: place, descriptor: made)
  }

  private static func listen(_ made: Int32, _ egg: LocalSocketPlace) throws(LocalSocketError) {
    let isBound = try egg.withAddress { address, size in bind(made, address, size) == 0 }
    guard isBound, chmod(egg.path, 0o600) == 0, fcntl(made, F_SETFL, O_NONBLOCK) == 0, SocketCall.listen(made, backlog)
    else { throw LocalSocketError(system: errno, egg.path, doing: "listen at") }
  }

  /// Takes the name away, once: it may be another owner's as soon as the lock is. From any thread.
  package func removeName() {
    isNamed.withLock { isNamed in
      if isNamed { unlink(place.path) }
      isNamed = false
    }
  }

  /// Listens no more; who waits to be taken is told by the end of its connection. To be called by whoever accepts, while
  /// the lock is still held or the name was removed.
  package func close() {
    removeName()
    isOpen.withLock { isOpen in
      if isOpen { SocketCall.close(descriptor) }
      isOpen = false
    }
  }
}
