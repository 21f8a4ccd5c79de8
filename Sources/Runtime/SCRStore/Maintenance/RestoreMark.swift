import SCRRuntime

/// The file `restoring` of a state directory: several names have to change for a restore, and a crash between them must not
/// be taken for an empty store.
enum RestoreMark {
  private static func path(in directory: String) -> String { "\(directory)/restoring" }

  /// - Throws: `StoreError.failed` where a restore was begun and not ended.
  static func refuse(in directory: String) throws(StoreError) {
    guard FilePlace.size(path(in: directory)) != nil else { return }
    throw StoreError(
      .failed,
      "a restore of \(directory) was interrupted: run scr store restore again (the files before it are kept as "
        + "*.replaced-…)")
  }

  static func set(in directory: String) throws(StoreError) {
    try PlacedFile.create(path(in: directory), text: "scr store restore has begun and not ended\n")
  }

  static func clear(in directory: String) throws(StoreError) {
    try PlacedFile.remove(path(in: directory))
    try Flush.directory(directory)
  }
}
