extension SocketError {
    /// The error of connecting to a host whose name could not be resolved.
    package static func notResolved(_ error: ResolverError, _ subject: String) -> SocketError {
        let code: Code =
            switch error.code {
            case .timedOut: .timedOut
            case .cancelled: .cancelled
            default: .nameNotResolved
            }
        return SocketError(code, .connect, errno: error.errno, subject: subject, resolverError: error)
    }

    /// The error of connecting to a host by its name, of the errors of the single attempts.
    package static func allFailed(_ attempts: [SocketError], of count: Int, _ subject: String) -> SocketError {
        guard let last = attempts.last else {
            return SocketError(
                .nameNotResolved, .connect, subject: subject, resolverError: ResolverError(.noData, host: subject))
        }
        if count == 1 {
            // An address as text need not be said twice.
            return last.address?.description == subject ? last : last.with(subject: subject)
        }
        let agree = attempts.allSatisfy { $0.code == last.code }
        let hint =
            if attempts.count < count {
                "the time was over before the rest of the \(count) addresses could be tried"
            } else {
                agree ? last.hint : "each attempt failed for its own reason"
            }
        return SocketError(
            last.code, .connect, errno: attempts.allSatisfy { $0.errno == last.errno } ? last.errno : nil,
            address: attempts.count == 1 ? last.address : nil, subject: subject, hint: hint, attempts: attempts)
    }
}
