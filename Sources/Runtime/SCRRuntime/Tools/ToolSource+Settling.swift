extension ToolSource {
  /// ``settle()`` with an end.
  func settle(within limit: Duration, by clock: any RuntimeClock) async {
    _ = try? await withinTime(limit, by: clock) { await self.settle() }
  }
}
