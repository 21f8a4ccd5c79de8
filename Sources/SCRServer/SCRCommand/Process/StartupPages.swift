#if os(Linux)
  import Glibc
  import SCRServer

  /// The pages of code that only the start needed.
  ///
  /// Starting touches a large part of a statically linked binary (relocation, conformance look-ups, argument parsing), and
  /// the kernel maps each touched page with its neighbours. Serving needs a small part of that, for days.
  enum StartupPages {
    /// Takes the pages out of the resident set. They belong to their files and come back when they are needed.
    static func giveBack() {
      guard let bytes = try? DiskFile.read("/proc/self/maps") else { return }
      for range in codeRanges(String(decoding: bytes, as: UTF8.self)) {
        _ = madvise(UnsafeMutableRawPointer(bitPattern: range.lowerBound), range.count, MADV_DONTNEED)
      }
    }

    /// The mappings of files that can only be read and run: nothing can have been written into them.
    static func codeRanges(_ maps: String) -> [Range<UInt>] {
      maps.split(separator: "\n").compactMap { line in
        let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
        guard fields.count == 6, fields[1] == "r-xp", fields[5].drop(while: { $0 == " " }).first == "/" else {
          return nil
        }
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
