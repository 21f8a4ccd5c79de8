package import SCRProtocol

/// What a transcript compares is what a replay compares.
package typealias TranscriptNormalizer = FrameNormalizer

extension FrameNormalizer {
  /// For a server that works in the folder of transcripts.
  package init() { self.init(workspace: "/work space") }
}
