/// The weights of fairness keys: 1 unless set. They may change at any time.
extension FairQueue {
  package func weight(of key: String) -> Int { weights[key] ?? 1 }

  /// What a key still owes for earlier turns counts by its new weight.
  ///
  /// - Parameter weight: brought into 1…1,000,000.
  /// - Returns: false if ``FairQueueRules/weightLimit`` other keys have a weight already.
  package mutating func setWeight(_ weight: Int, of key: String) -> Bool {
    let new = min(max(weight, FairQueueRules.weights.lowerBound), FairQueueRules.weights.upperBound)
    let old = self.weight(of: key)
    guard new == 1 || weights[key] != nil || weights.count < rules.weightLimit else { return false }
    weights[key] = new == 1 ? nil : new
    guard new != old else { return true }
    for name in classes.keys {
      for level in 0..<5 { classes[name]?.keys[level].reweigh(key, from: old, to: new) }
    }
    return true
  }

  /// From now on lanes rise, and tasks are overdue, by these; the bounds of memory stay.
  package mutating func setRules(_ new: FairQueueRules, now: Timestamp) {
    guard (new.ageingStep, new.maximumWait) != (rules.ageingStep, rules.maximumWait) else { return }
    (rules.ageingStep, rules.maximumWait) = (new.ageingStep, new.maximumWait)
    for key in Array(lanes.keys) { change(key, now: now) { _ in } }
  }
}
