/// How this server behaves, from its command line. Flags without a value are on when present.
struct Options: Sendable {
  private let arguments: [String]

  init(_ arguments: [String]) { self.arguments = arguments }

  func has(_ name: String) -> Bool { arguments.contains("--\(name)") }

  func value(_ name: String) -> String? {
    arguments.firstIndex(of: "--\(name)").flatMap { $0 + 1 < arguments.count ? arguments[$0 + 1] : nil }
  }

  func number(_ name: String) -> Int? { value(name).flatMap { Int($0) } }
}
