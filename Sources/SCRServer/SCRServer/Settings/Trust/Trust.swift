package import SCRProtocol

/// Which files of working directories may decide what runs: the digest of what each said when somebody consented.
package struct Trust: Sendable, Hashable {
  /// Digests by absolute path.
  package private(set) var files: [String: String]

  package init(files: [String: String] = [:]) { self.files = files }

  /// SHA-256 of the value in its canonical form: the order of keys does not matter, any other change does.
  package static func digest(_ definitions: JSONValue) -> String { SHA256.hex(definitions.canonical.encoded) }

  package func allows(path: String, digest: String) -> Bool { files[path] == digest }

  package static func file(stateDir: String) -> String { "\(stateDir)/trust.json" }

  /// - Returns: nothing where the state is not kept or nothing was recorded.
  /// - Throws: ``SourceError`` for a file that is unreadable or broken; callers then trust nothing.
  package static func read(
    stateDir: String, readFile: (String) throws -> [UInt8]?
  ) throws(SourceError) -> Trust {
    guard stateDir != Settings.inMemory, !stateDir.isEmpty else { return Trust() }
    let path = file(stateDir: stateDir)
    let place = SourceOrigin.file(SourceLocation(file: path, line: 1, column: 1))
    let bytes: [UInt8]?
    do { bytes = try readFile(path) } catch {
      throw SourceError([SourceProblem(.unreadable, at: place, "cannot be read, so nothing is trusted: \(error)")])
    }
    guard let bytes else { return Trust() }
    guard let object = (try? JSONParser.parse(bytes))?.objectValue else {
      throw SourceError([
        SourceProblem(.syntax, at: place, "not a JSON object, so nothing is trusted", hint: "remove the file")
      ])
    }
    return Trust(
      files: Dictionary(
        uniqueKeysWithValues: object.compactMap { field in
          field.value.stringValue.map { (field.key, $0) }
        }))
  }

  /// Adds a consent to the record on disk, which is replaced as a whole and readable by its owner alone. Blocks.
  /// - Parameter path: absolute, as in ``ConsentRequest``.
  /// - Throws: ``SourceError`` where the record cannot be read or written, or where the state is not kept.
  package static func record(path: String, digest: String, stateDir: String) throws(SourceError) {
    guard stateDir != Settings.inMemory else {
      throw SourceError([
        SourceProblem(
          .notAllowed, at: .standard, path: "stateDir", "a state that keeps nothing keeps no consent",
          hint: "name a state directory")
      ])
    }
    var trust = try read(stateDir: stateDir, readFile: { try DiskFile.read($0) })
    trust.files[path] = digest
    let object = JSONObject(trust.files.map { JSONField(key: $0.key, value: .string($0.value)) })
    let file = file(stateDir: stateDir)
    do {
      try DiskFile.makeFolder(stateDir)
      try DiskFile.replace(file, with: JSONValue.object(object).canonical.encoded + [0x0A])
    } catch {
      let place = SourceLocation(file: file, line: 1, column: 1)
      throw SourceError([SourceProblem(.unwritable, at: .file(place), "cannot be written: \(error)")])
    }
  }
}
