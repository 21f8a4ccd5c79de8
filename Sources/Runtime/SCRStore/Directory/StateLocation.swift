package import SCRRuntime

/// Where the state lives (interface.md §1).
package enum StateLocation: Sendable, Hashable {
  /// An absolute path, which need not exist yet.
  case directory(String)
  /// `:memory:`: gone with the process.
  case memory

  /// The first that is given wins: `flag` (`--state`), `SCR_STATE_DIR`, `$XDG_STATE_HOME/scr`, `~/.local/state/scr`.
  ///
  /// Empty variables count as missing, and a relative `XDG_STATE_HOME` is ignored, as its specification demands.
  /// - Throws: `StoreError.failed` where none of them is given.
  package static func resolve(
    flag: String?, environment: [String: String], workingDirectory: String
  ) throws(StoreError) -> StateLocation {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    if let chosen = flag ?? value("SCR_STATE_DIR") {
      if chosen == ":memory:" { return .memory }
      return .directory(chosen.hasPrefix("/") ? chosen : "\(workingDirectory)/\(chosen)")
    }
    if let base = value("XDG_STATE_HOME"), base.hasPrefix("/") { return .directory("\(base)/scr") }
    if let home = value("HOME") { return .directory("\(home)/.local/state/scr") }
    throw StoreError(.failed, "no place for the state is known, since HOME is not set: give one with --state DIR")
  }
}
