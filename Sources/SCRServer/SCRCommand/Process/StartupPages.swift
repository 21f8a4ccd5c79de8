#if os(Linux)
  import Glibc
  import SCRServer

  /// The pages of our own code that only the start needed.
  ///
  /// Starting touches a large part of a statically linked binary (relocation, conformance look-ups, argument parsing), and
  /// the kernel maps each touched page with its neighbours. Serving needs a small part of that, for days.
  enum StartupPages {
    /// Takes the pages out of the resident set. They belong to the file and come back when they are needed.
    static func giveBack() {
      guard let bytes = try? DiskFile.read("/proc/self/maps"), let executable = realpath("/proc/self/exe", nil) else {
        return
      }
      defer { free(executable) }
      let maps = String(decoding: bytes, as: UTF8.self)
      for range in codeRanges(maps, of: String(cString: executable)) {
        _ = madvise(UnsafeMutableRawPointer(bitPattern: range.lowerBound), range.count, MADV_DONTNEED)
      }
    }

    /// The mappings of `executable` that can only be read and run: nothing of ours can have been written into them.
    static func codeRanges(_ maps: String, of executable: String) -> [Range<UInt>] {
      maps.split(separator: "\n").compactMap { line in
        let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
        guard fields.count == 6, fields[1] == "r-xp", fields[5].drop(while: { $0 == " " }) == executable
        else { return nil }
        let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
        return ends.count == 2 && ends[0] < ends[1] ? ends[0]..<ends[1] : nil
      }
    }
  }
#else
  enum StartupPages {
    static func giveBack() {}
  }
#endif
