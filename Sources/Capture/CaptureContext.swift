/// What all connections of a capture share.
final class CaptureContext {
    let limits: CaptureLimits
    let keyLog: KeyLog

    init(_ limits: CaptureLimits, _ keyLog: KeyLog) {
        self.limits = limits
        self.keyLog = keyLog
    }
}
