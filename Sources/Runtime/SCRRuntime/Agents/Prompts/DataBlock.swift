import SCRProtocol

/// Text that somebody else wrote, between marks that it cannot contain: they are made from its own digest.
struct DataBlock: Sendable, Hashable {
  let text: String

  /// - Parameter label: what it is, in words of ours.
  init(_ content: String, of label: String) {
    let mark = String(SHA256.hex(Array(content.utf8)).prefix(12))
    text = "<data \(mark): \(label)>\n\(content)\n</data \(mark)>"
  }
}
