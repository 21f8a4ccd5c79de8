import CRootedPath

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Resolves a path component by component. Every step opens by handle and follows nothing; links are read and their
/// targets walked in turn; `..` goes back to the handle we came from, so a directory moved meanwhile cannot lead out.
struct PathWalk {
  private let root: RootedDirectory
  private let shownPath: String
  /// The handles from the root down to where we stand.
  private var trail: [Descriptor]
  /// What is still to go, the next component last.
  private var pending: [Substring]
  private var linksLeft = 40

  private static let deepest = 256

  private init(_ path: String, in root: RootedDirectory, shownAs shownPath: String) {
    self.root = root
    self.shownPath = shownPath
    trail = [root.handle]
    pending = RootedDirectory.components(of: path).reversed()
  }

  static func open(
    _ path: String, _ access: crooted_access, in root: RootedDirectory, shownAs shownPath: String
  ) throws(FilesystemServerError) -> Descriptor {
    var walk = PathWalk(path, in: root, shownAs: shownPath)
    while true {
      let place = try walk.place()
      let raw = crooted_open_component(place.directory.raw, place.name ?? ".", access)
      if raw >= 0 { return Descriptor(owning: raw) }
      let number = errno
      // A link now, though it was none a moment ago: somebody swaps it. Its target is walked like any other.
      guard let name = place.name, try walk.enterLink(name[...]) else { throw .system(number, shownPath) }
    }
  }

  static func place(
    of path: String, in root: RootedDirectory, shownAs shownPath: String
  ) throws(FilesystemServerError) -> RootedDirectory.Place {
    var walk = PathWalk(path, in: root, shownAs: shownPath)
    return try walk.place()
  }

  private var here: Descriptor { trail[trail.count - 1] }

  private mutating func place() throws(FilesystemServerError) -> RootedDirectory.Place {
    while let component = pending.popLast() {
      if component == ".." {
        if trail.count == 1 { throw .outside(shownPath, root.path) }
        trail.removeLast()
      } else if try enterLink(component) {
        continue
      } else if pending.isEmpty {
        return RootedDirectory.Place(directory: here, name: String(component))
      } else {
        try step(into: component)
      }
    }
    return RootedDirectory.Place(directory: here, name: nil)
  }

  private mutating func step(into component: Substring) throws(FilesystemServerError) {
    let raw = crooted_open_component(here.raw, String(component), CROOTED_HANDLE)
    if raw >= 0 {
      trail.append(Descriptor(owning: raw))
      if trail.count > Self.deepest {
        throw FilesystemServerError(.badArgument, "the path is deeper than \(Self.deepest) directories")
      }
    } else if errno == ELOOP {
      try useLink()
      pending.append(component)
    } else {
      throw .system(errno, shownPath)
    }
  }

  /// If `component` is a link, its target is what we walk next.
  private mutating func enterLink(_ component: Substring) throws(FilesystemServerError) -> Bool {
    guard let target = readLink(String(component)) else { return false }
    try useLink()
    if RootedDirectory.isAbsolute(target) {
      guard let inside = root.below(target) else { throw .outside(shownPath, root.path) }
      trail = [root.handle]
      pending.append(contentsOf: inside.reversed())
    } else {
      pending.append(contentsOf: RootedDirectory.components(of: target).reversed())
    }
    return true
  }

  private mutating func useLink() throws(FilesystemServerError) {
    linksLeft -= 1
    if linksLeft < 0 { throw .system(ELOOP, shownPath) }
  }

  /// Nil for what is no link.
  private func readLink(_ name: String) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
      let count = readlinkat(here.raw, name, buffer.baseAddress!, buffer.count)
      if count < 0 { return nil }
      return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}
