import SCRProtocol
import SCRRuntime
import SCRServer

/// A recorded run as a file.
enum CassetteFile {
  /// Blocks.
  /// - Throws: ``CommandFailure`` with exit code 2 and what is wrong with the file.
  static func read(_ path: String, in directory: String) throws(CommandFailure) -> Cassette {
    let absolute = path.hasPrefix("/") ? path : "\(directory)/\(path)"
    let bytes: [UInt8]?
    do throws(DiskFile.Failure) { bytes = try DiskFile.read(absolute, limit: Cassette.limit + 1) } catch {
      throw .usage("\(path) cannot be read: \(error)")
    }
    guard let bytes else { throw .usage("there is no file \(path)") }
    let json: JSONValue
    do throws(JSONParseError) { json = try JSONParser.parse(bytes) } catch {
      throw .usage("\(path) is no cassette: it is not JSON: \(error)")
    }
    do throws(RuntimeError) { return try Cassette(json: json) } catch {
      throw CommandFailure(.usage, kind: error.kind.name, "\(path): \(error.message)", hint: error.hint)
    }
  }
}

/// What must not stand in a file that others get to read: values that configuration and environment call secret.
enum KnownSecrets {
  private static let words = ["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL"]

  /// Blocks.
  static func all(_ loaded: LoadedSettings, _ environment: [String: String]) -> [String] {
    var secrets = environment.filter { isSecret($0.key) }.map(\.value)
    for server in loaded.servers { secrets += server.env.filter { isSecret($0.key) }.map(\.value) }
    for provider in loaded.settings.models.providers.values {
      switch provider.apiKey {
      case .variable(let name): secrets += [environment[name]].compactMap(\.self)
      case .file(let path):
        let home = environment["HOME"] ?? ""
        let bytes = try? DiskFile.read(path.hasPrefix("~/") ? home + path.dropFirst() : path)
        if let bytes { secrets.append(String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)) }
      case nil: break
      }
    }
    return secrets
  }

  private static func isSecret(_ name: String) -> Bool {
    let name = name.uppercased()
    return words.contains { name.contains($0) }
  }
}
