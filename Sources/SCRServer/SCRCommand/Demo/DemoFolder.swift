import SCRProtocol
import SCRServer

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder of its own for one demonstration, gone afterwards.
struct DemoFolder: Sendable {
  let path: String
  var state: String { "\(path)/state" }
  var scratch: String { "\(path)/scratch" }
  var configuration: String { "\(path)/scr.yaml" }
  var script: String { "\(path)/script.yaml" }
  var plan: String { "\(path)/plan.yaml" }

  /// - Throws: ``CommandFailure``.
  static func make(_ environment: [String: String]) throws(CommandFailure) -> DemoFolder {
    let base = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    var template = Array("\(base)/scr-demo-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw CommandFailure.failed(.internal, "\(base) takes no temporary folder: \(String(cString: strerror(errno)))")
    }
    let folder = DemoFolder(path: String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
    do { try DiskFile.makeFolder(folder.scratch) } catch {
      throw CommandFailure.failed(.internal, "\(folder.scratch) cannot be made: \(error)")
    }
    return folder
  }

  func write(_ text: String, to file: String) throws(CommandFailure) {
    do { try DiskFile.replace(file, with: Array(text.utf8)) } catch {
      throw CommandFailure.failed(.internal, "\(file) cannot be written: \(error)")
    }
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
