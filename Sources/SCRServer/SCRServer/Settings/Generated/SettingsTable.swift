/// The tables of `docs/configuration.md`.
package enum SettingsTable {
  /// Markdown; every setting in the order of the catalogue.
  package static var markdown: String {
    let rows = Settings.catalogue.map { setting in
      let summary = SettingSummary(setting: setting)
      let names = summary.names.map { "`\($0)`" }.joined(separator: " ")
      let path = setting.path.replacing("*", with: "<name>")
      return row([
        "`\(path)`", setting.traits.label, summary.defaultText.map { "`\($0)`" } ?? "", names,
        summary.sentence + consent(setting.traits.consent),
      ])
    }
    return
      ([row(["Setting", "Type", "Default", "Variable, flag", "Meaning"]), row(.init(repeating: "---", count: 5))]
      + rows).joined(separator: "\n") + "\n"
  }

  private static func row(_ cells: [String]) -> String {
    "| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |"
  }

  private static func consent(_ consent: SettingConsent) -> String {
    consent == .required ? " Needs consent in `./scr.yaml`." : ""
  }
}
