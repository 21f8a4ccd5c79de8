package import SCRProtocol

/// What this build is. The one place that names its version.
package enum Version {
  package static let text = "0.1.0"
  package static let implementation = Implementation(
    name: "scr", title: "Supervised Cognitive Runtime", version: text)
}
