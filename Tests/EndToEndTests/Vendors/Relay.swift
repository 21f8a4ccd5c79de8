import SCRTestSupport

/// Stands between a client and a server: speaks TLS in front of one that does not, or is a proxy that tunnels.
struct Relay {
  let port: Int
  /// Lines after the port: what a proxy was asked for.
  let said: LineReader
  private let program: TestProgram

  /// Called at a test's end, so that it lives until then.
  func stop() { program.stop() }

  /// TLS with a certificate that ``Certificates`` made.
  static func tls(_ certificates: Certificates, to port: Int) async throws -> Relay {
    try await Relay(["tls", "\(port)", certificates.leaf, certificates.key])
  }

  /// A proxy whose every tunnel leads to the port.
  static func proxy(to port: Int) async throws -> Relay { try await Relay(["proxy", "\(port)"]) }

  private init(_ arguments: [String]) async throws {
    program = try TestProgram(["python3", "-c", Self.script] + arguments)
    said = program.output
    let first = try await said.line(0)
    guard let port = Int(first) else { throw TestProgram.Failure(words: arguments, code: 0, output: [first]) }
    self.port = port
  }

  private static let script = """
    import os, socket, ssl, sys, threading

    def pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        for side in (source, sink):
            try:
                side.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def serve(client):
        try:
            if mode == "tls":
                client = context.wrap_socket(client, server_side=True)
            else:
                head = b""
                while b"\\r\\n\\r\\n" not in head:
                    piece = client.recv(4096)
                    if not piece:
                        return
                    head += piece
                print(head.split(b"\\r\\n")[0].decode(), flush=True)
                client.sendall(b"HTTP/1.1 200 Connection established\\r\\n\\r\\n")
            server = socket.create_connection(("127.0.0.1", int(target)))
        except OSError as error:
            print(error, flush=True)
            return client.close()
        threading.Thread(target=pump, args=(client, server), daemon=True).start()
        pump(server, client)

    mode, target = sys.argv[1:3]
    if mode == "tls":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[3], sys.argv[4])
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)

    def accept():
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()
    os._exit(0)
    """
}

/// An authority of our own, and a certificate by it for this machine's address and for `models.example`.
struct Certificates {
  let authority: String
  let leaf: String
  let key: String

  static func make(in folder: String) async throws -> Certificates {
    try await TestProgram.run(["sh", "-c", script, "sh", folder])
    return Certificates(
      authority: "\(folder)/authority.pem", leaf: "\(folder)/leaf.pem", key: "\(folder)/leaf.key")
  }

  private static let script = """
    set -e
    cd "$1"
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=A test's authority" -keyout authority.key -out authority.pem
    openssl req -newkey rsa:2048 -nodes -subj "/CN=models.example" -keyout leaf.key -out leaf.csr
    printf 'subjectAltName=IP:127.0.0.1,DNS:models.example\\n' > leaf.ext
    openssl x509 -req -in leaf.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 -extfile leaf.ext -out leaf.pem
    """
}
