import SCRProtocol

/// The two ways to say "stop working on that request": MCP's and the Language Server Protocol's.
enum Cancellation {
  static func requestID(in notification: IncomingNotification) -> RequestID? {
    let member: JSONSlice? =
      switch notification.method {
      case "notifications/cancelled": notification.params?.member("requestId")
      case "$/cancelRequest": notification.params?.member("id")
      default: nil
      }
    return (try? member?.value()).flatMap(RequestID.init)
  }
}
