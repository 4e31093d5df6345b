/// An error type that can express what goes wrong with a stream above the system: an end that came too early, a limit.
public protocol StreamFailure: Error {
    /// Makes the error of this type that says the same.
    init(_ error: SocketError)
}

extension SocketError: StreamFailure {
    /// Takes the error as it is.
    public init(_ error: SocketError) { self = error }
}
