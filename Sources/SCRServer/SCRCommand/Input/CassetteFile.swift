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
