import SCRProtocol
import SCRRuntime

extension NativeMethod {
  /// What is remembered.
  static func memory(_ verbs: MemoryVerbs) -> [NativeMethod] {
    [
      NativeMethod(
        "search_memory", MemoryVerbs.searchSummary, SearchMemoryParams.shape, gives: NativeResult("MemoryHits")
      ) { params, _ in
        try await verbs.search(params)
      },
      NativeMethod("list_memory", MemoryVerbs.listSummary, ListMemoryParams.shape, gives: NativeResult("MemoryList")) {
        params, _ in
        try await verbs.list(params)
      },
      NativeMethod(
        "get_memory", MemoryVerbs.getSummary, MemoryReferenceParams.shape, gives: NativeResult("MemoryRecord")
      ) { params, _ in
        try await verbs.get(params)
      },
      NativeMethod("put_memory", MemoryVerbs.putSummary, PutMemoryParams.shape, gives: NativeResult("MemoryRecord")) {
        params, _ in
        try await verbs.put(params)
      },
      NativeMethod(
        "forget_memory", MemoryVerbs.forgetSummary, ForgetMemoryParams.shape, gives: NativeResult("MemoryForgotten")
      ) { params, _ in
        try await verbs.forget(params)
      },
    ]
  }
}
