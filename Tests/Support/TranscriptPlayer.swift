package import SCRProtocol

/// Who answers a transcript: a handler in memory or behind a pipe, or the built program.
package protocol TranscriptPeer: Sendable {
  func send(_ line: String) async throws
  /// The next frame, in the order of arrival.
  func next() async throws -> JSONValue
  func endInput() async throws
  /// Frames that came and were not asked for.
  func leftovers() async throws -> [JSONValue]
}

/// Plays a transcript against a peer.
package enum TranscriptPlayer {
  /// - Parameter isRecording: writes the transcript's file anew instead of comparing.
  /// - Returns: where the peer said something else, in words; empty if all was as written.
  package static func play(
    _ transcript: Transcript, with peer: some TranscriptPeer,
    normalizer: TranscriptNormalizer = TranscriptNormalizer(), isRecording: Bool = Transcript.isRecording
  ) async throws -> [String] {
    var normalizer = normalizer
    var recorded = transcript
    var differences: [String] = []
    for (place, line) in transcript.lines.enumerated() {
      switch line {
      case .comment, .frameLimit, .needs: break
      case .end: try await peer.endInput()
      case .send(let text): try await peer.send(normalizer.fill(text))
      case .expect(let text):
        let frame = normalizer.normalize(try await peer.next())
        let expected = text == "?" ? JSONValue.string("a frame that was recorded") : JSONValue(json: text)
        let found = difference(frame, expected)
        if let found { differences.append("\(transcript.path):\(place + 1): \(found)\n  came: \(frame.jsonText)") }
        recorded.lines[place] = .expect(found == nil ? text : frame.jsonText)
      }
    }
    differences += try await peer.leftovers().map { "\(transcript.path): beyond the end came \($0.jsonText)" }
    guard isRecording else { return differences }
    try recorded.save()
    return []
  }

  /// The first place where two values differ, in words; nil if there is none.
  package static func difference(_ came: JSONValue, _ expected: JSONValue) -> String? {
    JSONDifference.first(came, expected)
  }
}
