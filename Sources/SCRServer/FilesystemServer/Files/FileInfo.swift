import CRootedPath

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

enum FileType: String, Sendable, Hashable {
  case file, directory, symlink, other

  init(mode: UInt32) {
    switch mode & UInt32(S_IFMT) {
    case UInt32(S_IFREG): self = .file
    case UInt32(S_IFDIR): self = .directory
    case UInt32(S_IFLNK): self = .symlink
    default: self = .other
    }
  }

  /// The reference server's label: whatever is no directory is a file.
  var label: String { self == .directory ? "[DIR]" : "[FILE]" }
}

/// What is known of a file. Times are milliseconds since 1970.
struct FileInfo: Sendable, Hashable {
  let type: FileType
  /// Permission bits.
  let permissions: UInt32
  let owner: UInt32
  let group: UInt32
  let size: Int64
  /// Nil where the file system does not keep it.
  let created: Int64?
  let modified: Int64
  let accessed: Int64

  /// Of `directory` itself.
  /// - Throws: what the system said, about `path`.
  init(in directory: Descriptor, path: String) throws(FilesystemServerError) {
    try self.init(of: "", in: directory, path: path)
  }

  /// Of `name` in `directory` without following a link.
  /// - Throws: what the system said, about `path`.
  init(of name: UnsafePointer<CChar>, in directory: Descriptor, path: String) throws(FilesystemServerError) {
    guard let found = try Self(ifExists: name, in: directory, path: path) else { throw .system(ENOENT, path) }
    self = found
  }

  /// Nil where nothing has that name.
  init?(ifExists name: UnsafePointer<CChar>, in directory: Descriptor, path: String) throws(FilesystemServerError) {
    var info = crooted_info()
    guard crooted_stat(directory.raw, name, &info) == 0 else {
      if errno == ENOENT { return nil }
      throw .system(errno, path)
    }
    type = FileType(mode: info.mode)
    permissions = info.mode & 0o7777
    owner = info.owner
    group = info.group
    size = info.size
    created = info.created == .min ? nil : info.created
    modified = info.modified
    accessed = info.accessed
  }

  /// RFC 3339 in UTC with milliseconds.
  static func text(of milliseconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000)
      .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}
