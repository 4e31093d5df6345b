internal import CSockets

/// poll(2): the list of registrations is given to the kernel anew at each wait.
struct PollSelector: SelectorBackend {
    private var list: [pollfd] = []
    private var tokens: [UInt64] = []
    private var places: [UInt64: Int] = [:]

    var modes: TriggerMode { [] }
    var needsWakeUpAfterChange: Bool { true }
    var knowsFiles: Bool { false }

    mutating func add(_ number: CInt, token: UInt64, _ interest: Interest, _ mode: TriggerMode) -> CInt {
        let flags = csockets_fcntl_getfd(number)
        if flags < 0 { return flags }
        places[token] = list.count
        list.append(Self.entry(number, interest))
        tokens.append(token)
        return 0
    }

    mutating func modify(_ number: CInt, token: UInt64, _ interest: Interest, _ mode: TriggerMode) -> CInt {
        guard let place = places[token] else { return -ENOENT }
        list[place] = Self.entry(number, interest)
        return 0
    }

    mutating func remove(_ number: CInt, token: UInt64) -> CInt {
        guard let place = places.removeValue(forKey: token), let lastToken = tokens.last, let last = list.last else {
            return -ENOENT
        }
        if lastToken != token {
            list[place] = last
            tokens[place] = lastToken
            places[lastToken] = place
        }
        list.removeLast()
        tokens.removeLast()
        return 0
    }

    func wait(_ ready: inout [ReadyDescriptor], nanoseconds: Int64) -> CInt {
        var list = list
        let count = Syscalls.poll(&list, nanoseconds)
        guard count > 0 else { return count }
        for index in list.indices where list[index].revents != 0 {
            ready.append(ReadyDescriptor(token: tokens[index], bits: UInt32(UInt16(bitPattern: list[index].revents))))
        }
        return count
    }

    func fresh() -> (any SelectorBackend)? { nil }

    func end() {}

    private static func entry(_ number: CInt, _ interest: Interest) -> pollfd {
        pollfd(fd: number, events: Int16(truncatingIfNeeded: interest.rawValue), revents: 0)
    }
}
