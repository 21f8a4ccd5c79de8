import SCRRuntime

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

enum PrivateFile {
  /// Creates an empty file that only this user may read and write; one that exists is left as it is.
  static func create(_ path: String) throws(StoreError) {
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw StoreError(system: errno, path: path, doing: "open the database") }
    close(file)
  }
}
