extension Credentials {
    /// The number of bytes of a `ucred`.
    static let size = 12

    /// The three numbers out of a `ucred`; nil when there are too few bytes.
    init?(ucred bytes: [UInt8]) {
        guard let process = OptionBytes.load(Int32.self, bytes, at: 0),
            let user = OptionBytes.load(UInt32.self, bytes, at: 4),
            let group = OptionBytes.load(UInt32.self, bytes, at: 8)
        else { return nil }
        self.init(processIdentifier: process, userIdentifier: user, groupIdentifier: group)
    }

    /// The bytes of a `ucred`.
    var ucred: [UInt8] {
        OptionBytes.store(processIdentifier) + OptionBytes.store(userIdentifier) + OptionBytes.store(groupIdentifier)
    }
}
