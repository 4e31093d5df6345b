internal import CSockets
internal import Synchronization
internal import SystemPackage

/// What the three kinds of public keys have in common: where the option is, and how its value travels.
struct OptionKey<Value>: Sendable {
    let level: CInt
    let number: CInt
    /// The name in C, for errors.
    let name: String
    let codec: OptionCodec<Value>
    /// The privilege that the option needs, for the hint of a refusal.
    let needs: String?
    /// What else can be the reason of a refusal.
    let hint: String?
    /// The level where the value chooses it: multicast groups of both versions have one option.
    let levelOfValue: (@Sendable (Value) -> CInt)?

    init(
        _ level: CInt, _ number: CInt, _ name: String, _ codec: OptionCodec<Value>, needs: String? = nil,
        hint: String? = nil, levelOfValue: (@Sendable (Value) -> CInt)? = nil
    ) {
        self.level = level
        self.number = number
        self.name = name
        self.codec = codec
        self.needs = needs
        self.hint = hint
        self.levelOfValue = levelOfValue
    }
}

/// The levels of options, as C ints.
enum OptionLevel {
    static let socket = CSockets.SOL_SOCKET
    static let ip: CInt = 0
    static let tcp: CInt = 6
    static let udp: CInt = 17
    static let ipv6: CInt = 41
    static let udpLite: CInt = 136
    static let packet: CInt = 263

    /// Which sockets have the options of a level, when `socket` is none of them.
    static func owner(of level: CInt, butNot socket: Socket) -> String? {
        let isInternet = socket.family == .ipv4 || socket.family == .ipv6
        let `protocol` = socket.protocol
        switch level {
        case packet: return socket.family == .packet ? nil : "packet"
        case ip: return isInternet ? nil : "IPv4"
        case ipv6: return socket.family == .ipv6 ? nil : "IPv6"
        case tcp: return isInternet && (`protocol` == .tcp || `protocol` == .mptcp) ? nil : "TCP"
        case udp: return isInternet && (`protocol` == .udp || `protocol` == .udpLite) ? nil : "UDP"
        case udpLite: return isInternet && `protocol` == .udpLite ? nil : "UDP-Lite"
        default: return nil
        }
    }
}

extension Socket {
    /// Reads an option.
    func read<Value>(_ key: OptionKey<Value>) throws(SocketError) -> Value {
        guard let entry = descriptor.enter(sleeping: false) else {
            throw SocketError(.closed, .getOption, subject: key.name)
        }
        defer { descriptor.leave(entry) }
        switch key.codec {
        case .integer(let integer, _, let decode):
            return try decode(readInteger(key, integer.type))
        case .structure(let capacity, _, let decode):
            let (result, bytes) = Syscalls.optionBytes(descriptor.number, key.level, key.number, capacity: capacity)
            guard result >= 0 else { throw refusal(of: key, .getOption, result) }
            guard let value = decode(bytes) else {
                if bytes.count == capacity, let hint = key.hint {
                    throw SocketError(.notConnected, .getOption, subject: key.name, hint: hint)
                }
                throw SocketError(
                    .protocolError, .getOption, subject: key.name,
                    hint: "the kernel answered with \(bytes.count) bytes, fewer than the option has")
            }
            return value
        case .call:
            throw SocketError(.unsupported, .getOption, subject: key.name, hint: "the option can only be set")
        }
    }

    private func readInteger<Value>(
        _ key: OptionKey<Value>, _ type: OptionInteger.CType
    ) throws(SocketError) -> Int {
        let result: CInt
        let value: Int
        switch type {
        case .int:
            var number: CInt = 0
            (result, _) = Syscalls.option(descriptor.number, key.level, key.number, into: &number)
            value = Int(number)
        case .unsignedInt:
            var number: UInt32 = 0
            (result, _) = Syscalls.option(descriptor.number, key.level, key.number, into: &number)
            value = Int(truncatingIfNeeded: number)
        case .unsignedLong:
            var number: UInt = 0
            (result, _) = Syscalls.option(descriptor.number, key.level, key.number, into: &number)
            value = Int(bitPattern: number)
        }
        guard result >= 0 else { throw refusal(of: key, .getOption, result) }
        return value
    }

    /// Sets an option.
    func write<Value>(_ key: OptionKey<Value>, _ value: Value) throws(SocketError) {
        guard let entry = descriptor.enter(sleeping: false) else {
            throw SocketError(.closed, .setOption, subject: key.name)
        }
        defer { descriptor.leave(entry) }
        let level = key.levelOfValue?(value) ?? key.level
        if key.number == CSockets.SO_ZEROCOPY, level == OptionLevel.socket, zeroCopyLedger.load() != nil {
            throw SocketError(
                .invalidArgument, .setOption, errno: .invalidArgument, subject: key.name,
                hint: "it belongs to the socket's ZeroCopySender")
        }
        let result: CInt
        switch key.codec {
        case .integer(let integer, let encode, _):
            guard let number = encode(value), integer.allows(number) else {
                let unit = integer.unit.isEmpty ? "" : " \(integer.unit)"
                throw misfit(
                    OptionMisfit(
                        "\(text(value)) is outside \(integer.range.lowerBound)…\(integer.range.upperBound)\(unit)"), key
                )
            }
            result =
                switch integer.type {
                case .int:
                    Syscalls.setOption(descriptor.number, level, key.number, to: CInt(truncatingIfNeeded: number))
                case .unsignedInt:
                    Syscalls.setOption(descriptor.number, level, key.number, to: UInt32(truncatingIfNeeded: number))
                case .unsignedLong:
                    Syscalls.setOption(descriptor.number, level, key.number, to: UInt(bitPattern: number))
                }
        case .structure(_, let encode, _):
            let bytes: [UInt8]
            do { bytes = try encode(value, self) } catch { throw misfit(error, key) }
            result = Syscalls.setOption(descriptor.number, level, key.number, bytes: bytes.span)
        case .call(let call):
            result = call(descriptor.number, value)
        }
        guard result >= 0 else { throw refusal(of: key, .setOption, result) }
    }

    /// The value as text, without the word Optional: the cast unwraps one.
    private func text<Value>(_ value: Value) -> String {
        (value as? any CustomStringConvertible)?.description ?? "\(value)"
    }

    private func misfit<Value>(_ misfit: OptionMisfit, _ key: OptionKey<Value>) -> SocketError {
        SocketError(misfit.code, .setOption, subject: key.name, hint: misfit.reason)
    }

    /// The error of an option that the kernel refused, with what a person can do about it.
    private func refusal<Value>(
        of key: OptionKey<Value>, _ operation: SocketError.Operation, _ result: CInt
    ) -> SocketError {
        let error = SocketError(operation, result: result, subject: key.name)
        let hint: String?
        if let owner = OptionLevel.owner(of: key.level, butNot: self) {
            let own = self.protocol == .default ? "" : " (\(self.protocol))"
            hint = "the option belongs to \(owner) sockets, and this is one of \(family), \(type)\(own)"
        } else if error.code == .permissionDenied {
            hint = key.needs.map { "it needs \($0)" } ?? key.hint
        } else if error.code == .optionNotSupported {
            hint = key.hint ?? "this kernel does not have it, or not for sockets of this kind"
        } else if error.code == .unsupported {
            hint = key.hint ?? "sockets of this kind (\(family), \(type)) do not have it"
        } else {
            hint = (Value.self == MulticastGroup.self ? MulticastGroup.reason(of: error.errno) : nil) ?? key.hint
        }
        return hint.map { error.with(hint: $0) } ?? error
    }
}
