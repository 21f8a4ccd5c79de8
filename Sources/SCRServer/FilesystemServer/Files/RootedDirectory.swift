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

/// A directory that paths cannot leave. It is held by its handle: whoever moves or replaces it meanwhile changes nothing.
///
/// Nothing is ever checked by name and then used by name. Where the kernel has openat2 it resolves a path whole; where it
/// has not, and for links that are absolute but stay inside, ``PathWalk`` goes component by component.
struct RootedDirectory: Sendable {
  /// The root's absolute path with all links resolved.
  let path: String
  let handle: Descriptor
  /// The components of the root as it was given and as it is; absolute paths may begin with either.
  let spellings: [[Substring]]
  private let usesKernelResolution: Bool

  private static let longestPath = 4096

  /// - Parameter usesKernelResolution: false walks always, as on a kernel without openat2.
  /// - Throws: ``FilesystemServerError`` `bad_root` where `root` is missing, unreadable or no directory.
  init(_ root: String, usesKernelResolution: Bool = true) throws(FilesystemServerError) {
    let raw = crooted_open_root(root)
    guard raw >= 0 else {
      throw FilesystemServerError(
        .badRoot,
        "the root \(FilesystemServerError.quoted(root)) cannot be served: \(String(cString: strerror(errno))); "
          + "give a directory that exists")
    }
    handle = Descriptor(owning: raw)
    guard let resolved = realpath(root, nil) else { throw .system(errno, root) }
    defer { free(resolved) }
    path = String(cString: resolved)
    let given = Self.isAbsolute(root) ? root : FileManager.default.currentDirectoryPath + "/" + root
    spellings = [path, given].map(Self.components)
    self.usesKernelResolution = usesKernelResolution
  }

  /// - Parameter path: relative to the root, or absolute and inside it.
  /// - Returns: the path relative to the root; "." for the root itself. It may still hold `..` and links.
  func relative(_ path: String) throws(FilesystemServerError) -> String {
    if path.isEmpty { throw FilesystemServerError(.badArgument, "the path is empty; \".\" is the root") }
    if path.utf8.count > Self.longestPath || path.utf8.contains(0) {
      throw FilesystemServerError(
        .badArgument, "\(FilesystemServerError.quoted(path)) is no path: it has a NUL or over \(Self.longestPath) bytes"
      )
    }
    guard Self.isAbsolute(path) else { return path }
    guard let inside = below(path) else { throw .outside(path, self.path) }
    return inside.isEmpty ? "." : inside.joined(separator: "/")
  }

  /// What follows the root in an absolute path; nil where the path does not begin with the root.
  func below(_ absolute: String) -> ArraySlice<Substring>? {
    let components = Self.components(of: absolute)
    // By bytes, as the file system compares: "é" has two spellings that Swift takes for equal.
    return spellings.first { components.starts(with: $0) { $0.utf8.elementsEqual($1.utf8) } }.map {
      components.dropFirst($0.count)
    }
  }

  /// The path below the root, as results name it: without `.`, doubled slashes or the root.
  func tidy(_ path: String) throws(FilesystemServerError) -> String {
    let components = Self.components(of: try relative(path))
    return components.isEmpty ? "." : components.joined(separator: "/")
  }

  static func isAbsolute(_ path: String) -> Bool { path.utf8.first == UInt8(ascii: "/") }

  /// Split by bytes: to Swift a slash with a combining mark behind it is no slash, to the kernel it is one.
  static func components(of path: String) -> [Substring] {
    path.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }.filter { $0 != "." }
  }

  /// Opens what `path` names, links inside the root followed.
  /// - Throws: ``FilesystemServerError``, `outside` for everything that leads out of the root.
  func open(_ path: String, _ access: crooted_access) throws(FilesystemServerError) -> Descriptor {
    let relative = try relative(path)
    if usesKernelResolution {
      let raw = crooted_open_beneath(handle.raw, relative, access)
      if raw >= 0 { return Descriptor(owning: raw) }
      switch errno {
      // EXDEV may be an absolute link that stays inside: the walk tells. EPERM is how sandboxes refuse openat2.
      case ENOSYS, EPERM, EXDEV, EAGAIN, E2BIG: break
      default: throw .system(errno, path)
      }
    }
    return try PathWalk.open(relative, access, in: self, shownAs: path)
  }

  /// The directory that holds, or would hold, what `path` names.
  func place(of path: String) throws(FilesystemServerError) -> Place {
    try PathWalk.place(of: try relative(path), in: self, shownAs: path)
  }

  /// A name in a directory that is held by its handle.
  struct Place {
    let directory: Descriptor
    /// Nil where the path names the directory itself.
    let name: String?
  }
}
