/// Bytes that wait until a child reads its stdin. Pure and bounded.
struct InputQueue: Sendable {
  let limit: Int
  private(set) var count = 0
  private var chunks: [ArraySlice<UInt8>] = []
  /// Chunks before this one are written; dropped now and then, so that taking the first is cheap.
  private var head = 0

  init(limit: Int) { self.limit = limit }

  var isEmpty: Bool { count == 0 }

  func hasRoom(for extra: Int) -> Bool { extra <= limit - count }

  mutating func append(_ bytes: ArraySlice<UInt8>) {
    guard !bytes.isEmpty else { return }
    chunks.append(bytes)
    count += bytes.count
  }

  var first: ArraySlice<UInt8>? { head < chunks.count ? chunks[head] : nil }

  /// `written` bytes of ``first`` are gone.
  mutating func advance(by written: Int) {
    count -= written
    chunks[head] = chunks[head].dropFirst(written)
    guard chunks[head].isEmpty else { return }
    chunks[head] = []
    head += 1
    if head == chunks.count || head > 1024 {
      chunks.removeFirst(head)
      head = 0
    }
  }

  mutating func removeAll() { self = InputQueue(limit: limit) }
}
