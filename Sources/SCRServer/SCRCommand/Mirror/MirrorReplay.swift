import SCRConnection
import SCRProtocol
import SCRRuntime

/// Plays the host's side of a record to a build, in the recorded order: what the host had heard before it said something is
/// waited for, so that a task that it names exists.
struct MirrorReplay {
  struct Difference: Sendable, Hashable {
    /// The line of the record; 0 for what came beyond its end.
    var place: Int
    var message: String

    /// `{line?, message}`.
    var json: JSONValue {
      var fields: JSONObject = [:]
      if place > 0 { fields["line"] = JSONValue(place) }
      fields["message"] = .string(message)
      return .object(fields)
    }
  }

  let peer: ReplayPeer
  let patience: Duration
  let clock: any RuntimeClock
  private(set) var sent = 0
  private(set) var compared = 0
  private var recorded = FrameNormalizer(workspace: nil)
  private var live = FrameNormalizer(workspace: nil)
  private var differences: [Difference] = []

  /// Differences that are told.
  private static let limit = 50

  init(peer: ReplayPeer, patience: Duration, clock: any RuntimeClock) {
    self.peer = peer
    self.patience = patience
    self.clock = clock
  }

  /// - Returns: where the build says something else; empty if nowhere.
  mutating func play(_ record: MirrorRecord) async throws -> [Difference] {
    for frame in record.frames where differences.count < Self.limit {
      switch frame.direction {
      case .received:
        sent += 1
        do { try peer.send(live.fill(recorded.names(in: frame.line))) } catch {
          differences.append(Difference(place: frame.place, message: "the build takes no more: \(error)"))
          return differences
        }
      case .sent: try await compare(frame)
      }
    }
    peer.closeInput()
    try await peer.finished(within: patience, by: clock)
    for frame in peer.rest().prefix(max(0, Self.limit - differences.count)) {
      differences.append(Difference(place: 0, message: "beyond the record came \(Self.excerpt(frame))"))
    }
    return differences
  }

  private mutating func compare(_ frame: MirrorRecord.Frame) async throws {
    let expected = (try? JSONParser.parse(frame.line)) ?? .string(frame.line)
    guard let came = try await peer.next(ReplayPeer.Key(expected), within: patience, by: clock) else {
      _ = recorded.normalize(expected)
      differences.append(Difference(place: frame.place, message: "there is no \(Self.name(of: expected))"))
      return
    }
    compared += 1
    let (wanted, found) = (recorded.normalize(expected), live.normalize(came))
    if let difference = JSONDifference.first(found, wanted) {
      let text = "\(Self.name(of: expected)): \(difference.prefix(500))"
      differences.append(Difference(place: frame.place, message: text))
    }
  }

  private static func name(of frame: JSONValue) -> String {
    if let method = frame["method"]?.stringValue { return "notification \(method.prefix(100))" }
    return frame["id"].map { "answer to \($0.jsonText.prefix(100))" } ?? "frame \(excerpt(frame))"
  }

  private static func excerpt(_ frame: JSONValue) -> String { String(frame.jsonText.prefix(200)) }
}
