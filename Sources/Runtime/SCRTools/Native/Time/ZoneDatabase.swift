import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The machine's time zones by their IANA names. Foundation's own would bring ICU along; a zone is a small file.
package final class ZoneDatabase: Sendable {
  enum Lookup: Sendable, Hashable {
    case found(ZoneFile)
    /// UTC, which needs no file.
    case universal
    case unknown(message: String)
  }

  private let directory: String
  /// Each zone is read once. A file is some kilobytes from the page cache, so the first look-up too is quick enough
  /// for the caller's thread.
  private let zones = Mutex<[String: ZoneFile]>([:])

  private static let universalNames: Set<String> = ["UTC", "Etc/UTC", "Z", "GMT", "Etc/GMT"]
  private static let largestFile = 1 << 18
  /// There are about 600 names with all aliases.
  private static let mostZones = 1000

  package init(directory: String = "/usr/share/zoneinfo") { self.directory = directory }

  func lookUp(_ name: String) -> Lookup {
    if Self.universalNames.contains(name) { return .universal }
    if let known = zones.withLock({ $0[name] }) { return .found(known) }
    guard Self.isName(name), let bytes = read(name), let zone = ZoneFile(bytes) else {
      return .unknown(message: complaint(name))
    }
    zones.withLock { zones in
      if zones.count < Self.mostZones { zones[name] = zone }
    }
    return .found(zone)
  }

  /// Names are paths below the directory; none may leave it.
  private static func isName(_ name: String) -> Bool {
    name.utf8.count <= 64
      && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
        part.first?.isLetter == true
          && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_+-".contains($0)) }
      }
  }

  private func read(_ name: String) -> [UInt8]? {
    let descriptor = open("\(directory)/\(name)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 << 10)
    while bytes.count <= Self.largestFile {
      let count = pread(descriptor, &chunk, chunk.count, off_t(bytes.count))
      if count <= 0 { return count == 0 ? bytes : nil }
      bytes.append(contentsOf: chunk[..<count])
    }
    return nil
  }

  private func complaint(_ name: String) -> String {
    let shown = "unknown time zone \"\(name.prefix(64))\""
    guard let table = read("zone.tab").map({ String(decoding: $0, as: UTF8.self) }) else {
      return "\(shown): there is no time zone database in \(directory); install tzdata, or use UTC"
    }
    let names = table.split(separator: "\n").compactMap { line -> String? in
      let fields = line.split(separator: "\t")
      return line.hasPrefix("#") || fields.count < 3 ? nil : String(fields[2])
    }
    let nearest = ZoneSuggestion.nearest(to: String(name.prefix(64)), in: names)
    return
      "\(shown); \(nearest.map { "did you mean \"\($0)\"?" } ?? "use an IANA name such as \"Europe/Berlin\", or UTC")"
  }
}
