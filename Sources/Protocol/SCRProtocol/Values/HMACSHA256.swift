/// HMAC (RFC 2104) with SHA-256: whoever lacks the key can neither make nor change what bears such a code.
package struct HMACSHA256: Sendable {
  private let inner: [UInt8]
  private let outer: [UInt8]

  /// - Parameter key: 32 bytes or more that nobody can guess.
  package init(key: [UInt8]) {
    var block = key.count > 64 ? SHA256.digest(key) : key
    block += [UInt8](repeating: 0, count: 64 - block.count)
    inner = block.map { $0 ^ 0x36 }
    outer = block.map { $0 ^ 0x5C }
  }

  /// With 32 random bytes of the system as its key.
  package static func random() -> HMACSHA256 {
    var generator = SystemRandomNumberGenerator()
    return HMACSHA256(key: (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) })
  }

  /// The 32 bytes of the code.
  package func code(_ message: some Sequence<UInt8>) -> [UInt8] {
    SHA256.digest(outer + SHA256.digest(inner + message))
  }

  /// Takes as long for a wrong code as for the right one.
  package func isValid(_ code: [UInt8], for message: some Sequence<UInt8>) -> Bool {
    let right = self.code(message)
    guard code.count == right.count else { return false }
    return zip(code, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
