import Dispatch
import SCRRuntime

/// Work that waits for the disk, on a thread of Dispatch: the cooperative pool has few.
enum BlockingWork {
  /// - Parameters:
  ///   - path: what an error names.
  ///   - action: completes "cannot …" in it.
  static func run<Value: Sendable>(
    path: String, doing action: String, _ body: @escaping @Sendable () throws -> Value
  ) async throws(StoreError) -> Value {
    let outcome: Result<Value, StoreError> = await withCheckedContinuation { done in
      DispatchQueue(label: "scr.store.work").async {
        do { done.resume(returning: .success(try body())) } catch {
          done.resume(returning: .failure(StoreError(error, path: path, doing: action)))
        }
      }
    }
    return try outcome.get()
  }
}
