import CRootedPath

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Replaces or creates a file so that every reader sees the old content or the new one, also after a power cut.
struct AtomicWriter {
  /// Whether the file was not there before.
  let created: Bool

  /// - Throws: ``FilesystemServerError``; the file is then as it was, unless the very last sync failed.
  init(_ content: String, to path: String, in root: RootedDirectory) throws(FilesystemServerError) {
    let place = try root.place(of: path)
    guard let name = place.name, !Self.namesDirectory(path) else { throw .system(EISDIR, path) }
    let existing = try FileInfo(ifExists: name, in: place.directory, path: path)
    if let existing { try Self.check(existing, path) }
    created = existing == nil

    // The walk's handles can only be walked on; to be synced the directory must be open for reading.
    let raw = crooted_open_component(place.directory.raw, ".", CROOTED_DIRECTORY)
    guard raw >= 0 else { throw .system(errno, path) }
    let directory = Descriptor(owning: raw)
    let temporary = Self.temporaryName()
    do throws(FilesystemServerError) {
      try Self.fill(temporary, in: directory, Array(content.utf8), like: existing, path)
      guard renameat(directory.raw, temporary, directory.raw, name) == 0 else { throw .system(errno, path) }
    } catch {
      unlinkat(directory.raw, temporary, 0)
      throw error
    }
    guard fsync(directory.raw) == 0 else { throw .system(errno, path) }
  }

  /// `a/` and `a/.` can be nothing but directories.
  private static func namesDirectory(_ path: String) -> Bool {
    let last = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last
    return last.map { $0.isEmpty || $0.elementsEqual(".".utf8) } ?? true
  }

  /// A rename would replace anything; what a plain write would refuse is refused here.
  private static func check(_ existing: FileInfo, _ path: String) throws(FilesystemServerError) {
    switch existing.type {
    case .file: break
    case .directory: throw .system(EISDIR, path)
    case .symlink, .other: throw .system(ENXIO, path)
    }
    if existing.permissions & 0o222 == 0 {
      throw FilesystemServerError(
        .denied, "\(FilesystemServerError.quoted(path)) is marked read-only; make it writable first")
    }
  }

  private static func fill(
    _ name: String, in directory: Descriptor, _ bytes: [UInt8], like existing: FileInfo?, _ path: String
  ) throws(FilesystemServerError) {
    // Without an existing file the umask decides, as for every other program.
    let raw = crooted_create(directory.raw, name, existing == nil ? 0o666 : 0o600)
    guard raw >= 0 else { throw .system(errno, path) }
    let file = Descriptor(owning: raw)
    var offset = 0
    while offset < bytes.count {
      let count = bytes.withUnsafeBytes { write(file.raw, $0.baseAddress! + offset, bytes.count - offset) }
      if count < 0, errno != EINTR { throw .system(errno, path) }
      offset += max(0, count)
    }
    if let existing { try imitate(existing, file, path) }
    guard fsync(file.raw) == 0 else { throw .system(errno, path) }
  }

  /// Gives the new file the owner, the group and the mode of the one that it replaces.
  private static func imitate(
    _ existing: FileInfo, _ file: Descriptor, _ path: String
  ) throws(FilesystemServerError) {
    let new = try FileInfo(in: file, path: path)
    if new.owner != existing.owner || new.group != existing.group,
      fchown(file.raw, existing.owner, existing.group) != 0
    {
      throw FilesystemServerError(
        .denied,
        "\(FilesystemServerError.quoted(path)) belongs to another user or group, and replacing it would change that")
    }
    // After the owner, since a change of it takes bits away.
    if fchmod(file.raw, mode_t(existing.permissions)) != 0 { throw .system(errno, path) }
  }

  private static func temporaryName() -> String {
    var generator = SystemRandomNumberGenerator()
    return ".scr-\(String(generator.next(), radix: 36)).tmp"
  }
}
