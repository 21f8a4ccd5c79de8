import SCRProtocol

/// Which part of a list is asked for.
package struct PageRequest: Sendable, Hashable {
  /// The key of the last item of the page before; nil begins at the first.
  package var after: String?
  /// Items at most.
  package var limit: Int

  package init(after: String? = nil, limit: Int = 100) {
    self.after = after
    self.limit = limit
  }
}

/// A part of a list. Its position is a key and not a number, so it stays good while items come and go.
package struct ProviderPage<Item: Sendable>: Sendable {
  package var items: [Item]
  /// The key of the last item, if more follow.
  package var next: String?
  /// How long a client may keep the page, in milliseconds.
  package var ttlMs: Int

  package init(items: [Item], next: String? = nil, ttlMs: Int = 0) {
    self.items = items
    self.next = next
    self.ttlMs = ttlMs
  }

  /// A page of a list that is all at hand, in a stable order. Where the last item is gone, the page begins at the first
  /// key behind it.
  package init(of all: [Item], key: (Item) -> String, _ request: PageRequest, ttlMs: Int = 0) {
    var start = 0
    if let last = request.after {
      start = all.firstIndex { key($0) == last }.map { $0 + 1 } ?? all.firstIndex { key($0) > last } ?? all.count
    }
    let page = Array(all[start...].prefix(max(1, request.limit)))
    self.init(items: page, next: start + page.count < all.count ? page.last.map(key) : nil, ttlMs: ttlMs)
  }
}
