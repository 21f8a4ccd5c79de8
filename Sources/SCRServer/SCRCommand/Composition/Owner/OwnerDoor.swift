import Logging
import MCPServer
import SCRConnection
import SCRRuntime
import SCRServer
import SCRStore

/// The socket of an owner: others come in by it while this process has the state directory.
final class OwnerDoor: Sendable {
  private let listener: LocalListener

  private init(_ listener: LocalListener) { self.listener = listener }

  /// Opens it right after the lock was taken, so that who comes waits for us instead of finding nobody.
  /// - Returns: nil where nothing is kept, or where there can be no socket: the runtime then serves its own host alone.
  static func open(_ directory: StateDirectory?, _ log: Logger) -> OwnerDoor? {
    guard let directory else { return nil }
    do { return OwnerDoor(try LocalListener.open(at: LocalSocketPlace(directory: directory.path))) } catch {
      log.warning("other clients cannot connect to this runtime: \(error)")
      return nil
    }
  }

  /// Leaves without having served.
  func abandon() { listener.close() }

  /// Serves from now on.
  /// - Parameters:
  ///   - tap: looks on at the frames of one client.
  ///   - handler: makes what answers one client.
  func serve(
    _ greeting: Greeting, _ limits: ConnectionSettings, _ clients: ConnectedClients, clock: any RuntimeClock,
    _ log: Logger, tap: @escaping @Sendable () -> (any FrameTap)?,
    handler: @escaping @Sendable () -> any ConnectionHandler
  ) -> SocketServer? {
    let bounds = SocketLimits(
      connections: limits.maxConnections, patience: .milliseconds(limits.stalledMs), connection: limits.connection)
    let hooks = SocketHooks(
      handler: { client in
        clients.joined(client.id, role: client.greeting.role.name, pid: client.peer.pid, at: clock.now())
        log.info("a client came", metadata: client.metadata)
        return handler()
      },
      left: { client in
        clients.left(client.id)
        log.info("a client left", metadata: client.metadata)
      },
      tap: { _ in tap() },
      notice: { log.warning("\($0)") },
      onInternalError: { method, error in log.fault(method, error) })
    do {
      let server = try SocketServer(listener, greeting: greeting, limits: bounds, hooks: hooks)
      server.start()
      return server
    } catch {
      listener.close()
      log.warning("other clients cannot connect to this runtime: \(error)")
      return nil
    }
  }
}

extension ConnectionSettings {
  var connection: Connection.Limits { Connection.Limits(inFlight: maxInFlight, frame: maxFrameBytes) }
}

extension Logger {
  func fault(_ method: String, _ error: any Error) {
    self.error("\(method) failed by a fault of scr", metadata: ["method": "\(method)", "error": "\(error)"])
  }
}

extension SocketClient {
  fileprivate var metadata: Logger.Metadata {
    var metadata: Logger.Metadata = ["role": "\(greeting.role.name)"]
    if let pid = peer.pid { metadata["pid"] = "\(pid)" }
    return metadata
  }
}
