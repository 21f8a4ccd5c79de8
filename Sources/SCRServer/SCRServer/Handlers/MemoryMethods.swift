import SCRProtocol
import SCRRuntime

extension NativeMethod {
  /// What is remembered.
  static func memory(_ verbs: MemoryVerbs) -> [NativeMethod] {
    [
      NativeMethod("search_memory", MemoryVerbs.searchSummary, SearchMemoryParams.shape) { params, _ in
        try await verbs.search(params)
      },
      NativeMethod("list_memory", MemoryVerbs.listSummary, ListMemoryParams.shape) { params, _ in
        try await verbs.list(params)
      },
      NativeMethod("get_memory", MemoryVerbs.getSummary, MemoryReferenceParams.shape) { params, _ in
        try await verbs.get(params)
      },
      NativeMethod("put_memory", MemoryVerbs.putSummary, PutMemoryParams.shape) { params, _ in
        try await verbs.put(params)
      },
      NativeMethod("forget_memory", MemoryVerbs.forgetSummary, ForgetMemoryParams.shape) { params, _ in
        try await verbs.forget(params)
      },
    ]
  }
}
