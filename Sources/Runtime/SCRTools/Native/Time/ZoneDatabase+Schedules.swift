package import SCRRuntime

/// The machine's zones as schedules use them.
extension ZoneDatabase {
  package struct UnknownZone: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong with the name and which one may have been meant.
    package let message: String
    package var description: String { message }
  }

  /// - Parameter name: an IANA name such as `Europe/Berlin`, or `UTC`.
  package func civilZone(_ name: String) throws(UnknownZone) -> any CivilZone {
    switch lookUp(name) {
    case .universal: return FixedZone()
    case .found(let zone): return zone
    case .unknown(let message): throw UnknownZone(message: message)
    }
  }
}

extension ZoneFile: CivilZone {
  func offset(at moment: Timestamp) -> Int {
    period(at: CivilCalendar.floored(Int(moment.milliseconds), 1000).quotient).offset
  }
}
