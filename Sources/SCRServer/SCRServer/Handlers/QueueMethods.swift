import SCRProtocol
import SCRRuntime

extension NativeMethod {
  /// The methods about the queue.
  static func queue(_ runtime: CognitiveRuntime) -> [NativeMethod] {
    [
      NativeMethod(
        "queue_stats", "Tells what waits in the queue, what holds it, and its limits.", QueueClassParams.shape,
        gives: NativeResult("QueueStatus")
      ) {
        params, _ in
        QueueProjection.json(try await runtime.queueStatus(params.taskClass), now: runtime.now)
      },
      NativeMethod(
        "pause_queue", "Lets nothing of the queue begin; what runs goes on, and submissions wait.",
        PauseQueueParams.shape, gives: NativeResult("QueueState")
      ) { params, _ in
        let scope = QueueScope(params.taskClass)
        try await runtime.pauseQueue(scope, until: try TaskSubmission.moment(params.until, "until"))
        return try await QueueProjection.state(of: scope, runtime)
      },
      NativeMethod(
        "resume_queue", "Ends a pause or a drain of the queue or of a class.", QueueClassParams.shape,
        gives: NativeResult("QueueState")
      ) {
        params, _ in
        let scope = QueueScope(params.taskClass)
        try await runtime.resumeQueue(scope)
        return try await QueueProjection.state(of: scope, runtime)
      },
      NativeMethod(
        "clear_queue", "Cancels what is queued or scheduled.", ClearQueueParams.shape,
        gives: NativeResult("QueueCleared")
      ) { params, _ in
        let states = params.state.flatMap(TaskState.init).map { Set([$0]) } ?? [.queued, .scheduled]
        let count = try await runtime.clearQueue(QueueScope(params.taskClass), states: states)
        return ["cancelled": JSONValue(count)]
      },
      NativeMethod(
        "drain_queue",
        """
        Takes nothing more into the queue, lets what runs end, and takes out what waits, page by page; call it again while \
        hasMore is true.
        """, DrainQueueParams.shape, gives: NativeResult("QueueDrained")
      ) { params, _ in
        let (tasks, hasMore) = try await runtime.drainQueue(
          QueueScope(params.taskClass), until: try TaskSubmission.moment(params.until, "until"),
          limit: params.limit ?? 100)
        return QueueProjection.drained(tasks, hasMore: hasMore)
      },
      NativeMethod(
        "set_queue_weights", "Sets the weights of fairness keys.", QueueWeightsParams.shape,
        gives: NativeResult("QueueWeights")
      ) { params, _ in
        let weights = try Self.weights(params.weights)
        try await runtime.setQueueWeights(weights)
        return [
          "weights": .object(
            JSONObject(weights.sorted { $0.key < $1.key }.map { JSONField(key: $0.key, value: JSONValue($0.value)) }))
        ]
      },
      NativeMethod(
        "set_queue_limits", "Sets the limits of a queue class.", QueueLimitsParams.shape,
        gives: NativeResult("QueueClassLimits")
      ) { params, _ in
        let limits = QueueLimits(
          maxConcurrent: params.maxConcurrent, ratePerMinute: params.ratePerMinute, burst: params.burst,
          maxQueued: params.maxQueued, maxBytes: params.maxBytes)
        return [
          "class": .string(params.taskClass), "limits": try await runtime.setQueueLimits(params.taskClass, limits).json,
        ]
      },
    ]
  }

  private static func weights(_ object: JSONObject) throws(RPCError) -> [String: Int] {
    guard object.count <= 1000 else {
      throw RPCError(
        .invalidParams, "params.weights has \(object.count) keys, over the limit of 1000", path: "params.weights",
        hint: "send them in several calls")
    }
    var weights: [String: Int] = [:]
    for field in object {
      guard let weight = field.value.integerValue.flatMap({ Int(exactly: $0) }) else {
        throw RPCError(
          .invalidParams, "params.weights.\(field.key): expected an integer, found \(field.value.typeName)",
          path: "params.weights.\(field.key)")
      }
      weights[field.key] = weight
    }
    return weights
  }
}
