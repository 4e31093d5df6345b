internal import CSockets
public import SystemPackage

// The options of every socket (SOL_SOCKET), sorted by their names in C.

extension ReadOnlySocketOption<Bool> {
    /// Whether the socket listens for connections.
    ///
    /// The corresponding C constant is `SO_ACCEPTCONN`.
    public static var isListening: ReadOnlySocketOption {
        ReadOnlySocketOption(OptionLevel.socket, CSockets.SO_ACCEPTCONN, "SO_ACCEPTCONN", .flag)
    }
    /// C's name of ``isListening``.
    @available(*, unavailable, renamed: "isListening") public static var SO_ACCEPTCONN: ReadOnlySocketOption {
        .isListening
    }
}

extension WriteOnlySocketOption<FileDescriptor> {
    /// Runs an extended BPF program over every packet that comes; those that it does not keep are dropped.
    ///
    /// The value is the descriptor of a loaded program of the type `BPF_PROG_TYPE_SOCKET_FILTER`.
    ///
    /// The corresponding C constant is `SO_ATTACH_BPF`.
    public static var attachBPF: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.socket, CSockets.SO_ATTACH_BPF, "SO_ATTACH_BPF",
            .integer(
                OptionInteger(.int, 0...Int(Int32.max)), encode: { Int($0.rawValue) },
                decode: { FileDescriptor(rawValue: CInt(truncatingIfNeeded: $0)) }),
            hint: "the descriptor must be one of a loaded program of the type BPF_PROG_TYPE_SOCKET_FILTER")
    }
    /// C's name of ``attachBPF``.
    @available(*, unavailable, renamed: "attachBPF") public static var SO_ATTACH_BPF: WriteOnlySocketOption {
        .attachBPF
    }
}

extension WriteOnlySocketOption<[FilterInstruction]> {
    /// Runs a classic packet filter over every packet that comes; those that it does not keep are dropped.
    ///
    /// A filter that is there already is replaced. See ``FilterInstruction``.
    ///
    /// The corresponding C constant is `SO_ATTACH_FILTER`.
    public static var attachFilter: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.socket, CSockets.SO_ATTACH_FILTER, "SO_ATTACH_FILTER",
            .call { Syscalls.setFilter($0, CSockets.SO_ATTACH_FILTER, $1) },
            hint: "a program has 1 to 4096 instructions, jumps forward only, ends with a return, and divides by no zero"
        )
    }
    /// C's name of ``attachFilter``.
    @available(*, unavailable, renamed: "attachFilter") public static var SO_ATTACH_FILTER: WriteOnlySocketOption {
        .attachFilter
    }

    /// Chooses by a classic filter which socket of a group with ``SocketOption/reusePort`` gets a packet: the filter
    /// returns its index.
    ///
    /// The corresponding C constant is `SO_ATTACH_REUSEPORT_CBPF`.
    public static var attachReusePortFilter: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.socket, CSockets.SO_ATTACH_REUSEPORT_CBPF, "SO_ATTACH_REUSEPORT_CBPF",
            .call { Syscalls.setFilter($0, CSockets.SO_ATTACH_REUSEPORT_CBPF, $1) },
            hint: "the program is not valid, or .reusePort is off")
    }
    /// C's name of ``attachReusePortFilter``.
    @available(*, unavailable, renamed: "attachReusePortFilter") public static var SO_ATTACH_REUSEPORT_CBPF:
        WriteOnlySocketOption
    { .attachReusePortFilter }
}

extension WriteOnlySocketOption<FileDescriptor> {
    /// Chooses by an extended BPF program which socket of a group with ``SocketOption/reusePort`` gets a packet.
    ///
    /// The corresponding C constant is `SO_ATTACH_REUSEPORT_EBPF`.
    public static var attachReusePortBPF: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.socket, CSockets.SO_ATTACH_REUSEPORT_EBPF, "SO_ATTACH_REUSEPORT_EBPF",
            .integer(
                OptionInteger(.int, 0...Int(Int32.max)), encode: { Int($0.rawValue) },
                decode: { FileDescriptor(rawValue: CInt(truncatingIfNeeded: $0)) }),
            hint: "the descriptor must be one of a loaded program, and .reusePort on")
    }
    /// C's name of ``attachReusePortBPF``.
    @available(*, unavailable, renamed: "attachReusePortBPF") public static var SO_ATTACH_REUSEPORT_EBPF:
        WriteOnlySocketOption
    { .attachReusePortBPF }
}

extension SocketOption<String?> {
    /// The interface, by its name, whose packets alone the socket gets and through which alone it sends; nil for all.
    ///
    /// Changing an interface that is set needs the capability CAP_NET_RAW; so did setting one before Linux 5.7.
    ///
    /// The corresponding C constant is `SO_BINDTODEVICE`.
    public static var bindToDevice: SocketOption {
        SocketOption(
            OptionLevel.socket, CSockets.SO_BINDTODEVICE, "SO_BINDTODEVICE",
            .bytes(
                capacity: 16,
                encode: { name throws(OptionMisfit) in try OptionBytes.text(name ?? "", capacity: 15) },
                decode: { bytes in bytes.first ?? 0 == 0 ? nil : OptionBytes.text(bytes) }),
            needs: "the capability CAP_NET_RAW", hint: "no interface of this machine has the name; `ip link` lists them"
        )
    }
    /// C's name of ``bindToDevice``.
    @available(*, unavailable, renamed: "bindToDevice") public static var SO_BINDTODEVICE: SocketOption {
        .bindToDevice
    }
}

extension SocketOption<Int> {
    /// The interface, by its number, to which the socket is bound; 0 for none.
    ///
    /// See ``SocketOption/bindToDevice``.
    ///
    /// The corresponding C constant is `SO_BINDTOIFINDEX`. Since Linux 5.0.
    public static var bindToInterfaceIndex: SocketOption {
        SocketOption(
            OptionLevel.socket, CSockets.SO_BINDTOIFINDEX, "SO_BINDTOIFINDEX", .integer(.count),
            needs: "the capability CAP_NET_RAW",
            hint: "no interface of this machine has the number; `ip link` lists them")
    }
    /// C's name of ``bindToInterfaceIndex``.
    @available(*, unavailable, renamed: "bindToInterfaceIndex") public static var SO_BINDTOIFINDEX: SocketOption {
        .bindToInterfaceIndex
    }
}

extension ReadOnlySocketOption<Int> {
    /// How many extensions the classic filters of this kernel have.
    ///
    /// The corresponding C constant is `SO_BPF_EXTENSIONS`.
    public static var filterExtensions: ReadOnlySocketOption {
        ReadOnlySocketOption(OptionLevel.socket, CSockets.SO_BPF_EXTENSIONS, "SO_BPF_EXTENSIONS", .integer(.count))
    }
    /// C's name of ``filterExtensions``.
    @available(*, unavailable, renamed: "filterExtensions") public static var SO_BPF_EXTENSIONS: ReadOnlySocketOption {
        .filterExtensions
    }
}

extension SocketOption<Bool> {
    /// Whether datagrams may be sent to a broadcast address.
    ///
    /// The corresponding C constant is `SO_BROADCAST`.
    public static var broadcast: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_BROADCAST, "SO_BROADCAST", .flag)
    }
    /// C's name of ``broadcast``.
    @available(*, unavailable, renamed: "broadcast") public static var SO_BROADCAST: SocketOption { .broadcast }

    /// Without effect on Linux since 2.4; always reads as off.
    ///
    /// The corresponding C constant is `SO_BSDCOMPAT`.
    public static var bsdCompatibility: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_BSDCOMPAT, "SO_BSDCOMPAT", .flag)
    }
    /// C's name of ``bsdCompatibility``.
    @available(*, unavailable, renamed: "bsdCompatibility") public static var SO_BSDCOMPAT: SocketOption {
        .bsdCompatibility
    }
}

extension SocketOption<BufferLock> {
    /// Which of the buffers keep their size, and are not tuned by the kernel.
    ///
    /// Setting the size of a buffer locks it; clearing its bit gives it back to the kernel's tuning.
    ///
    /// The corresponding C constant is `SO_BUF_LOCK`. Since Linux 5.14.
    public static var bufferLock: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_BUF_LOCK, "SO_BUF_LOCK", .flags { BufferLock(rawValue: $0) })
    }
    /// C's name of ``bufferLock``.
    @available(*, unavailable, renamed: "bufferLock") public static var SO_BUF_LOCK: SocketOption { .bufferLock }
}

extension SocketOption<Duration> {
    /// How long a call that would have to wait asks the network card in a busy loop first; rounded up to microseconds.
    ///
    /// It lowers the latency, and burns a processor.
    ///
    /// The corresponding C constant is `SO_BUSY_POLL`. Raising it needs the capability CAP_NET_ADMIN.
    public static var busyPoll: SocketOption {
        SocketOption(
            OptionLevel.socket, CSockets.SO_BUSY_POLL, "SO_BUSY_POLL", .duration(.microseconds),
            needs: "the capability CAP_NET_ADMIN")
    }
    /// C's name of ``busyPoll``.
    @available(*, unavailable, renamed: "busyPoll") public static var SO_BUSY_POLL: SocketOption { .busyPoll }
}

extension WriteOnlySocketOption<Int> {
    /// How many packets one round of busy polling takes at most.
    ///
    /// The corresponding C constant is `SO_BUSY_POLL_BUDGET`. Since Linux 5.11. Raising it above 64 needs the
    /// capability CAP_NET_ADMIN.
    public static var busyPollBudget: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.socket, CSockets.SO_BUSY_POLL_BUDGET, "SO_BUSY_POLL_BUDGET",
            .integer(OptionInteger(.int, 0...65_535)), needs: "the capability CAP_NET_ADMIN")
    }
    /// C's name of ``busyPollBudget``.
    @available(*, unavailable, renamed: "busyPollBudget") public static var SO_BUSY_POLL_BUDGET: WriteOnlySocketOption {
        .busyPollBudget
    }
}

extension WriteOnlySocketOption<Bool> {
    /// Tells the kernel that the path to the peer is bad (`true`), so that it looks for another one.
    ///
    /// `false` has no effect.
    ///
    /// The corresponding C constant is `SO_CNX_ADVICE`.
    public static var connectionAdvice: WriteOnlySocketOption {
        WriteOnlySocketOption(OptionLevel.socket, CSockets.SO_CNX_ADVICE, "SO_CNX_ADVICE", .flag)
    }
    /// C's name of ``connectionAdvice``.
    @available(*, unavailable, renamed: "connectionAdvice") public static var SO_CNX_ADVICE: WriteOnlySocketOption {
        .connectionAdvice
    }
}

extension ReadOnlySocketOption<UInt64> {
    /// The number by which the kernel tells this socket from every other one since its start, as `ss -e` prints it
    /// (`sk:`).
    ///
    /// The corresponding C constant is `SO_COOKIE`.
    public static var cookie: ReadOnlySocketOption {
        ReadOnlySocketOption(OptionLevel.socket, CSockets.SO_COOKIE, "SO_COOKIE", .opaque)
    }
    /// C's name of ``cookie``.
    @available(*, unavailable, renamed: "cookie") public static var SO_COOKIE: ReadOnlySocketOption { .cookie }
}

extension SocketOption<Bool> {
    /// Whether the protocol notes what it does, where the kernel was built for that.
    ///
    /// The corresponding C constant is `SO_DEBUG`. Switching it on needs the capability CAP_NET_ADMIN.
    public static var debug: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_DEBUG, "SO_DEBUG", .flag, needs: "the capability CAP_NET_ADMIN")
    }
    /// C's name of ``debug``.
    @available(*, unavailable, renamed: "debug") public static var SO_DEBUG: SocketOption { .debug }
}

extension WriteOnlySocketOption<Void> {
    /// Takes the filter away: `try socket.set(.detachFilter)`.
    ///
    /// The corresponding C constant is `SO_DETACH_FILTER`, also known as `SO_DETACH_BPF`.
    public static var detachFilter: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.socket, CSockets.SO_DETACH_FILTER, "SO_DETACH_FILTER",
            .bytes(
                capacity: 4, encode: { _ throws(OptionMisfit) in OptionBytes.store(CInt(0)) }, decode: { _ in () }),
            needs: "a filter that is not locked", hint: "the socket has no filter, or it is locked")
    }
    /// C's name of ``detachFilter``.
    @available(*, unavailable, renamed: "detachFilter") public static var SO_DETACH_FILTER: WriteOnlySocketOption {
        .detachFilter
    }
    /// C's name of ``detachFilter``.
    @available(*, unavailable, renamed: "detachFilter") public static var SO_DETACH_BPF: WriteOnlySocketOption {
        .detachFilter
    }

    /// Takes the filter of the group with ``SocketOption/reusePort`` away.
    ///
    /// The corresponding C constant is `SO_DETACH_REUSEPORT_BPF`. Since Linux 5.3.
    public static var detachReusePortFilter: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.socket, CSockets.SO_DETACH_REUSEPORT_BPF, "SO_DETACH_REUSEPORT_BPF",
            .bytes(
                capacity: 4, encode: { _ throws(OptionMisfit) in OptionBytes.store(CInt(0)) }, decode: { _ in () }),
            hint: "the group has no filter")
    }
    /// C's name of ``detachReusePortFilter``.
    @available(*, unavailable, renamed: "detachReusePortFilter") public static var SO_DETACH_REUSEPORT_BPF:
        WriteOnlySocketOption
    { .detachReusePortFilter }
}

extension ReadOnlySocketOption<AddressFamily> {
    /// The communication domain, which ``Socket/family`` has without a call.
    ///
    /// The corresponding C constant is `SO_DOMAIN`.
    public static var domain: ReadOnlySocketOption {
        ReadOnlySocketOption(
            OptionLevel.socket, CSockets.SO_DOMAIN, "SO_DOMAIN", .named { AddressFamily(rawValue: $0) })
    }
    /// C's name of ``domain``.
    @available(*, unavailable, renamed: "domain") public static var SO_DOMAIN: ReadOnlySocketOption { .domain }
}

extension SocketOption<Bool> {
    /// Whether packets go to hosts on directly connected networks alone, and not through a gateway.
    ///
    /// The corresponding C constant is `SO_DONTROUTE`.
    public static var dontRoute: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_DONTROUTE, "SO_DONTROUTE", .flag)
    }
    /// C's name of ``dontRoute``.
    @available(*, unavailable, renamed: "dontRoute") public static var SO_DONTROUTE: SocketOption { .dontRoute }
}

extension ReadOnlySocketOption<Errno?> {
    /// The error that waits for the next call; nil when there is none.
    ///
    /// Reading it clears it.
    /// It is where the outcome of a connect without waiting is found.
    ///
    /// The corresponding C constant is `SO_ERROR`.
    public static var error: ReadOnlySocketOption {
        ReadOnlySocketOption(
            OptionLevel.socket, CSockets.SO_ERROR, "SO_ERROR",
            .integer(
                OptionInteger(.int), encode: { $0.map { Int($0.rawValue) } ?? 0 },
                decode: { $0 == 0 ? nil : Errno(rawValue: CInt(truncatingIfNeeded: $0)) }))
    }
    /// C's name of ``error``.
    @available(*, unavailable, renamed: "error") public static var SO_ERROR: ReadOnlySocketOption { .error }
}

extension SocketOption<Int?> {
    /// The processor that handled the last packet; setting it makes a listener of a group with
    /// ``SocketOption/reusePort`` prefer connections that come in on that processor.
    ///
    /// Nil while no packet has come.
    ///
    /// The corresponding C constant is `SO_INCOMING_CPU`.
    public static var incomingCPU: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_INCOMING_CPU, "SO_INCOMING_CPU", .optional(.count, none: -1))
    }
    /// C's name of ``incomingCPU``.
    @available(*, unavailable, renamed: "incomingCPU") public static var SO_INCOMING_CPU: SocketOption { .incomingCPU }
}

extension ReadOnlySocketOption<Int> {
    /// The number of the receive queue of the network card that the last packet came through; 0 for none.
    ///
    /// The corresponding C constant is `SO_INCOMING_NAPI_ID`.
    public static var incomingNAPIIdentifier: ReadOnlySocketOption {
        ReadOnlySocketOption(OptionLevel.socket, CSockets.SO_INCOMING_NAPI_ID, "SO_INCOMING_NAPI_ID", .integer(.count))
    }
    /// C's name of ``incomingNAPIIdentifier``.
    @available(*, unavailable, renamed: "incomingNAPIIdentifier") public static var SO_INCOMING_NAPI_ID:
        ReadOnlySocketOption
    { .incomingNAPIIdentifier }
}

extension SocketOption<Bool> {
    /// Whether the kernel asks a silent peer whether it is still there, and resets the connection when it does not
    /// answer.
    ///
    /// See ``SocketOption/keepAliveIdle``, ``SocketOption/keepAliveInterval`` and ``SocketOption/keepAliveCount`` for
    /// when.
    ///
    /// The corresponding C constant is `SO_KEEPALIVE`.
    public static var keepAlive: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_KEEPALIVE, "SO_KEEPALIVE", .flag)
    }
    /// C's name of ``keepAlive``.
    @available(*, unavailable, renamed: "keepAlive") public static var SO_KEEPALIVE: SocketOption { .keepAlive }
}

extension SocketOption<Duration?> {
    /// How long closing waits until the bytes that were sent have been acknowledged; nil, the start, not at all.
    ///
    /// Rounded up to seconds. Zero makes closing reset the connection and throw away what was not sent yet. In both
    /// cases the bytes of a socket that does not linger are still delivered, only nobody hears when that fails.
    ///
    /// The corresponding C constant is `SO_LINGER`.
    public static var linger: SocketOption {
        SocketOption(
            OptionLevel.socket, CSockets.SO_LINGER, "SO_LINGER",
            .bytes(
                capacity: 8,
                encode: { time throws(OptionMisfit) in
                    guard let time else { return OptionBytes.store(CInt(0)) + OptionBytes.store(CInt(0)) }
                    guard let count = OptionTimeUnit.seconds.count(time), let seconds = CInt(exactly: count),
                        seconds >= 0
                    else { throw OptionMisfit("\(time) is outside 0…\(CInt.max) seconds") }
                    return OptionBytes.store(CInt(1)) + OptionBytes.store(seconds)
                },
                decode: { bytes in
                    guard let isOn = OptionBytes.load(CInt.self, bytes, at: 0),
                        let seconds = OptionBytes.load(CInt.self, bytes, at: 4)
                    else { return nil }
                    return .some(isOn == 0 ? nil : .seconds(seconds))
                }))
    }
    /// C's name of ``linger``.
    @available(*, unavailable, renamed: "linger") public static var SO_LINGER: SocketOption { .linger }
}

extension SocketOption<Bool> {
    /// Whether the filter can be neither changed nor taken away any more; it cannot be switched off again.
    ///
    /// The corresponding C constant is `SO_LOCK_FILTER`.
    public static var lockFilter: SocketOption {
        SocketOption(
            OptionLevel.socket, CSockets.SO_LOCK_FILTER, "SO_LOCK_FILTER", .flag,
            needs: "to stay on: a locked filter cannot be unlocked")
    }
    /// C's name of ``lockFilter``.
    @available(*, unavailable, renamed: "lockFilter") public static var SO_LOCK_FILTER: SocketOption { .lockFilter }
}

extension SocketOption<UInt32> {
    /// The mark of the packets that the socket sends, by which routes and firewalls choose.
    ///
    /// The corresponding C constant is `SO_MARK`. Setting it needs the capability CAP_NET_ADMIN or CAP_NET_RAW.
    public static var mark: SocketOption {
        SocketOption(
            OptionLevel.socket, CSockets.SO_MARK, "SO_MARK", .unsigned,
            needs: "the capability CAP_NET_ADMIN or CAP_NET_RAW")
    }
    /// C's name of ``mark``.
    @available(*, unavailable, renamed: "mark") public static var SO_MARK: SocketOption { .mark }
}

extension SocketOption<Int?> {
    /// How many bytes per second the socket sends at most; nil for no limit.
    ///
    /// TCP keeps to it itself; other protocols need the queueing discipline `fq`.
    ///
    /// The corresponding C constant is `SO_MAX_PACING_RATE`.
    public static var maximumPacingRate: SocketOption {
        SocketOption(
            OptionLevel.socket, CSockets.SO_MAX_PACING_RATE, "SO_MAX_PACING_RATE",
            .optional(OptionInteger(.unsignedLong), none: -1))
    }
    /// C's name of ``maximumPacingRate``.
    @available(*, unavailable, renamed: "maximumPacingRate") public static var SO_MAX_PACING_RATE: SocketOption {
        .maximumPacingRate
    }
}

extension ReadOnlySocketOption<SocketMemory> {
    /// How much memory of the kernel the socket uses.
    ///
    /// See ``SocketMemory``.
    ///
    /// The corresponding C constant is `SO_MEMINFO`.
    public static var memory: ReadOnlySocketOption {
        ReadOnlySocketOption(
            OptionLevel.socket, CSockets.SO_MEMINFO, "SO_MEMINFO",
            .bytes(
                capacity: 64, encode: { _ throws(OptionMisfit) in [] }, decode: { SocketMemory(bytes: $0) }))
    }
    /// C's name of ``memory``.
    @available(*, unavailable, renamed: "memory") public static var SO_MEMINFO: ReadOnlySocketOption { .memory }
}

extension ReadOnlySocketOption<UInt64> {
    /// The number by which the kernel tells the network namespace of the socket from all others since its start.
    ///
    /// The corresponding C constant is `SO_NETNS_COOKIE`. Since Linux 5.14.
    public static var networkNamespaceCookie: ReadOnlySocketOption {
        ReadOnlySocketOption(
            OptionLevel.socket, CSockets.SO_NETNS_COOKIE, "SO_NETNS_COOKIE", .opaque,
            hint: "this kernel was built without cookies of namespaces")
    }
    /// C's name of ``networkNamespaceCookie``.
    @available(*, unavailable, renamed: "networkNamespaceCookie") public static var SO_NETNS_COOKIE:
        ReadOnlySocketOption
    { .networkNamespaceCookie }
}

extension SocketOption<Bool> {
    /// Whether the last four bytes of each frame that a packet socket sends are its check sequence, which the card then
    /// does not add.
    ///
    /// The corresponding C constant is `SO_NOFCS`.
    public static var noFrameCheckSequence: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_NOFCS, "SO_NOFCS", .flag)
    }
    /// C's name of ``noFrameCheckSequence``.
    @available(*, unavailable, renamed: "noFrameCheckSequence") public static var SO_NOFCS: SocketOption {
        .noFrameCheckSequence
    }

    /// Whether UDP over IPv4 sends datagrams without a checksum.
    ///
    /// The corresponding C constant is `SO_NO_CHECK`.
    public static var noChecksum: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_NO_CHECK, "SO_NO_CHECK", .flag)
    }
    /// C's name of ``noChecksum``.
    @available(*, unavailable, renamed: "noChecksum") public static var SO_NO_CHECK: SocketOption { .noChecksum }

    /// Whether out-of-band bytes stand in the normal stream, and are not received apart.
    ///
    /// The corresponding C constant is `SO_OOBINLINE`.
    public static var outOfBandInline: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_OOBINLINE, "SO_OOBINLINE", .flag)
    }
    /// C's name of ``outOfBandInline``.
    @available(*, unavailable, renamed: "outOfBandInline") public static var SO_OOBINLINE: SocketOption {
        .outOfBandInline
    }

    /// Whether each message that comes through a Unix socket has the credentials of its sender with it.
    ///
    /// See ``Credentials``.
    ///
    /// The corresponding C constant is `SO_PASSCRED`.
    public static var passCredentials: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_PASSCRED, "SO_PASSCRED", .flag)
    }
    /// C's name of ``passCredentials``.
    @available(*, unavailable, renamed: "passCredentials") public static var SO_PASSCRED: SocketOption {
        .passCredentials
    }

    /// Whether each message that comes through a Unix socket has a descriptor of its sender's process with it.
    ///
    /// The corresponding C constant is `SO_PASSPIDFD`. Since Linux 6.5.
    public static var passProcessDescriptor: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_PASSPIDFD, "SO_PASSPIDFD", .flag)
    }
    /// C's name of ``passProcessDescriptor``.
    @available(*, unavailable, renamed: "passProcessDescriptor") public static var SO_PASSPIDFD: SocketOption {
        .passProcessDescriptor
    }

    /// Whether descriptors may be sent to this Unix socket; on from the start.
    ///
    /// The corresponding C constant is `SO_PASSRIGHTS`. Since Linux 6.16.
    public static var passDescriptors: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_PASSRIGHTS, "SO_PASSRIGHTS", .flag)
    }
    /// C's name of ``passDescriptors``.
    @available(*, unavailable, renamed: "passDescriptors") public static var SO_PASSRIGHTS: SocketOption {
        .passDescriptors
    }

    /// Whether each message that comes through a Unix socket has the security context of its sender with it.
    ///
    /// The corresponding C constant is `SO_PASSSEC`.
    public static var passSecurityContext: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_PASSSEC, "SO_PASSSEC", .flag)
    }
    /// C's name of ``passSecurityContext``.
    @available(*, unavailable, renamed: "passSecurityContext") public static var SO_PASSSEC: SocketOption {
        .passSecurityContext
    }
}

extension SocketOption<Int?> {
    /// Where peeking starts, in bytes from the front of the queue, and moves on with each peek; nil, the start, for
    /// always at the front.
    ///
    /// Receiving moves it back. Unix sockets have it; UDP sockets too, and TCP sockets since Linux 6.9.
    ///
    /// The corresponding C constant is `SO_PEEK_OFF`.
    public static var peekOffset: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_PEEK_OFF, "SO_PEEK_OFF", .optional(.count, none: -1))
    }
    /// C's name of ``peekOffset``.
    @available(*, unavailable, renamed: "peekOffset") public static var SO_PEEK_OFF: SocketOption { .peekOffset }
}

extension ReadOnlySocketOption<Credentials> {
    /// Who made or connected the other end of a Unix stream socket, at that time; the kernel vouches for it.
    ///
    /// Other sockets, and those without a peer, have none: ``SocketError/Code/notConnected``.
    ///
    /// The corresponding C constant is `SO_PEERCRED`.
    public static var peerCredentials: ReadOnlySocketOption {
        ReadOnlySocketOption(
            OptionLevel.socket, CSockets.SO_PEERCRED, "SO_PEERCRED",
            .bytes(
                capacity: Credentials.size, encode: { value throws(OptionMisfit) in value.ucred },
                // The kernel fills in numbers that are nobody's.
                decode: {
                    Credentials(ucred: $0).flatMap {
                        $0.userIdentifier == .max && $0.groupIdentifier == .max ? nil : $0
                    }
                }),
            hint: "only a Unix socket with a peer knows who that is")
    }
    /// C's name of ``peerCredentials``.
    @available(*, unavailable, renamed: "peerCredentials") public static var SO_PEERCRED: ReadOnlySocketOption {
        .peerCredentials
    }
}

extension ReadOnlySocketOption<[UInt32]> {
    /// The supplementary groups of the process at the other end of a Unix socket, at the time when it connected.
    ///
    /// The corresponding C constant is `SO_PEERGROUPS`.
    public static var peerGroups: ReadOnlySocketOption {
        ReadOnlySocketOption(
            OptionLevel.socket, CSockets.SO_PEERGROUPS, "SO_PEERGROUPS",
            .bytes(
                capacity: 4 * 65_536, encode: { _ throws(OptionMisfit) in [] },
                decode: { bytes in
                    stride(from: 0, to: bytes.count, by: 4).compactMap { OptionBytes.load(UInt32.self, bytes, at: $0) }
                }), hint: "the socket has no peer")
    }
    /// C's name of ``peerGroups``.
    @available(*, unavailable, renamed: "peerGroups") public static var SO_PEERGROUPS: ReadOnlySocketOption {
        .peerGroups
    }
}

extension ReadOnlySocketOption<OwnedDescriptor> {
    /// A new descriptor of the process at the other end of a Unix socket; it closes itself when nobody holds it any more.
    ///
    /// ```swift
    /// let process = try peer.get(.peerProcessDescriptor)
    /// ```
    ///
    /// Unlike the number of the process it cannot come to mean another process.
    ///
    /// The corresponding C constant is `SO_PEERPIDFD`. Since Linux 6.5.
    public static var peerProcessDescriptor: ReadOnlySocketOption {
        ReadOnlySocketOption(
            OptionLevel.socket, CSockets.SO_PEERPIDFD, "SO_PEERPIDFD",
            .integer(
                OptionInteger(.int), encode: { Int($0.descriptor.number) },
                decode: { OwnedDescriptor(number: CInt(truncatingIfNeeded: $0)) }),
            hint: "the socket has no peer, or its process has ended")
    }
    /// C's name of ``peerProcessDescriptor``.
    @available(*, unavailable, renamed: "peerProcessDescriptor") public static var SO_PEERPIDFD: ReadOnlySocketOption {
        .peerProcessDescriptor
    }
}

extension ReadOnlySocketOption<String> {
    /// The security context of the peer, in the form of the security module that is active.
    ///
    /// The corresponding C constant is `SO_PEERSEC`.
    public static var peerSecurityContext: ReadOnlySocketOption {
        ReadOnlySocketOption(
            OptionLevel.socket, CSockets.SO_PEERSEC, "SO_PEERSEC", .text(capacity: 4095),
            hint: "no security module of this machine labels sockets, or the socket has no peer")
    }
    /// C's name of ``peerSecurityContext``.
    @available(*, unavailable, renamed: "peerSecurityContext") public static var SO_PEERSEC: ReadOnlySocketOption {
        .peerSecurityContext
    }
}

extension SocketOption<Bool> {
    /// Whether busy polling is preferred to the interrupts of the network card.
    ///
    /// The corresponding C constant is `SO_PREFER_BUSY_POLL`. Since Linux 5.11. Switching it on needs the capability
    /// CAP_NET_ADMIN.
    public static var preferBusyPoll: SocketOption {
        SocketOption(
            OptionLevel.socket, CSockets.SO_PREFER_BUSY_POLL, "SO_PREFER_BUSY_POLL", .flag,
            needs: "the capability CAP_NET_ADMIN")
    }
    /// C's name of ``preferBusyPoll``.
    @available(*, unavailable, renamed: "preferBusyPoll") public static var SO_PREFER_BUSY_POLL: SocketOption {
        .preferBusyPoll
    }
}

extension SocketOption<Int> {
    /// The priority of the packets that are sent, by which queueing disciplines choose; 0 to 6 without privilege.
    ///
    /// Setting ``SocketOption/typeOfService`` afterwards changes it as well.
    ///
    /// The corresponding C constant is `SO_PRIORITY`. Values outside 0…6 need the capability CAP_NET_ADMIN or
    /// CAP_NET_RAW.
    public static var priority: SocketOption {
        SocketOption(
            OptionLevel.socket, CSockets.SO_PRIORITY, "SO_PRIORITY", .integer(OptionInteger(.int)),
            needs: "the capability CAP_NET_ADMIN or CAP_NET_RAW")
    }
    /// C's name of ``priority``.
    @available(*, unavailable, renamed: "priority") public static var SO_PRIORITY: SocketOption { .priority }
}

extension ReadOnlySocketOption<TransportProtocol> {
    /// The protocol, which ``Socket/protocol`` has without a call.
    ///
    /// The corresponding C constant is `SO_PROTOCOL`.
    public static var transportProtocol: ReadOnlySocketOption {
        ReadOnlySocketOption(
            OptionLevel.socket, CSockets.SO_PROTOCOL, "SO_PROTOCOL", .named { TransportProtocol(rawValue: $0) })
    }
    /// C's name of ``transportProtocol``.
    @available(*, unavailable, renamed: "transportProtocol") public static var SO_PROTOCOL: ReadOnlySocketOption {
        .transportProtocol
    }
}

extension SocketOption<Int> {
    /// How many bytes the kernel holds for the reader.
    ///
    /// The kernel doubles what is set, for its own book-keeping, and reads the double; it holds it between 2304 and
    /// `/proc/sys/net/core/rmem_max`. Setting it ends the kernel's own tuning, which is mostly better for TCP.
    ///
    /// The corresponding C constant is `SO_RCVBUF`.
    public static var receiveBufferSize: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_RCVBUF, "SO_RCVBUF", .integer(.count))
    }
    /// C's name of ``receiveBufferSize``.
    @available(*, unavailable, renamed: "receiveBufferSize") public static var SO_RCVBUF: SocketOption {
        .receiveBufferSize
    }
}

extension WriteOnlySocketOption<Int> {
    /// The size of the receive buffer, also above the limit of the system.
    ///
    /// See ``SocketOption/receiveBufferSize``.
    ///
    /// The corresponding C constant is `SO_RCVBUFFORCE`. Setting it needs the capability CAP_NET_ADMIN.
    public static var forcedReceiveBufferSize: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.socket, CSockets.SO_RCVBUFFORCE, "SO_RCVBUFFORCE", .integer(.count),
            needs: "the capability CAP_NET_ADMIN")
    }
    /// C's name of ``forcedReceiveBufferSize``.
    @available(*, unavailable, renamed: "forcedReceiveBufferSize") public static var SO_RCVBUFFORCE:
        WriteOnlySocketOption
    { .forcedReceiveBufferSize }
}

extension SocketOption<Int> {
    /// How many bytes must have come before a socket counts as readable, and a call that waits for them returns.
    ///
    /// 0 means 1. Not all protocols heed it; TCP does.
    ///
    /// The corresponding C constant is `SO_RCVLOWAT`.
    public static var receiveLowWater: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_RCVLOWAT, "SO_RCVLOWAT", .integer(.count))
    }
    /// C's name of ``receiveLowWater``.
    @available(*, unavailable, renamed: "receiveLowWater") public static var SO_RCVLOWAT: SocketOption {
        .receiveLowWater
    }
}

extension SocketOption<Bool> {
    /// Whether each message that comes has the mark of its packet with it.
    ///
    /// The corresponding C constant is `SO_RCVMARK`. Since Linux 5.19. Setting it needs the capability CAP_NET_ADMIN or
    /// CAP_NET_RAW.
    public static var receiveMark: SocketOption {
        SocketOption(
            OptionLevel.socket, CSockets.SO_RCVMARK, "SO_RCVMARK", .flag,
            needs: "the capability CAP_NET_ADMIN or CAP_NET_RAW")
    }
    /// C's name of ``receiveMark``.
    @available(*, unavailable, renamed: "receiveMark") public static var SO_RCVMARK: SocketOption { .receiveMark }

    /// Whether each message that comes has the priority of its packet with it.
    ///
    /// The corresponding C constant is `SO_RCVPRIORITY`. Since Linux 6.14. Setting it needs the capability
    /// CAP_NET_ADMIN or CAP_NET_RAW.
    public static var receivePriority: SocketOption {
        SocketOption(
            OptionLevel.socket, CSockets.SO_RCVPRIORITY, "SO_RCVPRIORITY", .flag,
            needs: "the capability CAP_NET_ADMIN or CAP_NET_RAW")
    }
    /// C's name of ``receivePriority``.
    @available(*, unavailable, renamed: "receivePriority") public static var SO_RCVPRIORITY: SocketOption {
        .receivePriority
    }
}

extension SocketOption<Duration?> {
    /// How long a receiving call waits inside the kernel; nil for ever.
    ///
    /// Rounded up to microseconds.
    /// The way of this library is ``Socket/timeout``, which holds for all calls, and says ``SocketError/Code/timedOut``
    /// when it passes. This option is for code that gets the descriptor; after it has passed a call begins to wait
    /// anew.
    ///
    /// The corresponding C constant is `SO_RCVTIMEO`.
    public static var receiveTimeout: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_RCVTIMEO, "SO_RCVTIMEO", OptionCodec.timeValue)
    }
    /// C's name of ``receiveTimeout``.
    @available(*, unavailable, renamed: "receiveTimeout") public static var SO_RCVTIMEO: SocketOption {
        .receiveTimeout
    }
}

extension SocketOption<Int> {
    /// How many bytes of memory the kernel keeps for the socket, so that it does not have to ask for them under
    /// pressure.
    ///
    /// Only where the process is in a control group that counts the memory of sockets.
    ///
    /// The corresponding C constant is `SO_RESERVE_MEM`. Since Linux 5.16.
    public static var reservedMemory: SocketOption {
        SocketOption(
            OptionLevel.socket, CSockets.SO_RESERVE_MEM, "SO_RESERVE_MEM", .integer(.count),
            hint: "the process must be in a control group that counts the memory of sockets, and have that much left")
    }
    /// C's name of ``reservedMemory``.
    @available(*, unavailable, renamed: "reservedMemory") public static var SO_RESERVE_MEM: SocketOption {
        .reservedMemory
    }
}

extension SocketOption<Bool> {
    /// Whether binding takes an address that connections of an earlier server still occupy (`TIME_WAIT`).
    ///
    /// Two listeners on one address stay impossible. ``Socket/listening(on:_:_:backlog:dualStack:reusePort:)`` switches
    /// it on. For UDP it lets several sockets bind to one address, as multicast receivers do.
    ///
    /// The corresponding C constant is `SO_REUSEADDR`.
    public static var reuseAddress: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_REUSEADDR, "SO_REUSEADDR", .flag)
    }
    /// C's name of ``reuseAddress``.
    @available(*, unavailable, renamed: "reuseAddress") public static var SO_REUSEADDR: SocketOption { .reuseAddress }

    /// Whether several sockets of one user, all of which have it on, bind to one address and share its connections or
    /// datagrams.
    ///
    /// Set it before binding.
    ///
    /// The corresponding C constant is `SO_REUSEPORT`.
    public static var reusePort: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_REUSEPORT, "SO_REUSEPORT", .flag)
    }
    /// C's name of ``reusePort``.
    @available(*, unavailable, renamed: "reusePort") public static var SO_REUSEPORT: SocketOption { .reusePort }

    /// Whether each message that comes has with it how many were dropped since the socket was made.
    ///
    /// The corresponding C constant is `SO_RXQ_OVFL`.
    public static var receiveQueueOverflow: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_RXQ_OVFL, "SO_RXQ_OVFL", .flag)
    }
    /// C's name of ``receiveQueueOverflow``.
    @available(*, unavailable, renamed: "receiveQueueOverflow") public static var SO_RXQ_OVFL: SocketOption {
        .receiveQueueOverflow
    }

    /// Whether a message in the error queue is an exceptional event for select(2) and poll(2).
    ///
    /// The corresponding C constant is `SO_SELECT_ERR_QUEUE`.
    public static var selectErrorQueue: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_SELECT_ERR_QUEUE, "SO_SELECT_ERR_QUEUE", .flag)
    }
    /// C's name of ``selectErrorQueue``.
    @available(*, unavailable, renamed: "selectErrorQueue") public static var SO_SELECT_ERR_QUEUE: SocketOption {
        .selectErrorQueue
    }
}

extension SocketOption<Int> {
    /// How many bytes the kernel takes from the writer before a call has to wait.
    ///
    /// The kernel doubles what is set, for its own book-keeping, and reads the double; it holds it between 4608 and
    /// `/proc/sys/net/core/wmem_max`. Setting it ends the kernel's own tuning.
    ///
    /// The corresponding C constant is `SO_SNDBUF`.
    public static var sendBufferSize: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_SNDBUF, "SO_SNDBUF", .integer(.count))
    }
    /// C's name of ``sendBufferSize``.
    @available(*, unavailable, renamed: "sendBufferSize") public static var SO_SNDBUF: SocketOption { .sendBufferSize }
}

extension WriteOnlySocketOption<Int> {
    /// The size of the send buffer, also above the limit of the system.
    ///
    /// See ``SocketOption/sendBufferSize``.
    ///
    /// The corresponding C constant is `SO_SNDBUFFORCE`. Setting it needs the capability CAP_NET_ADMIN.
    public static var forcedSendBufferSize: WriteOnlySocketOption {
        WriteOnlySocketOption(
            OptionLevel.socket, CSockets.SO_SNDBUFFORCE, "SO_SNDBUFFORCE", .integer(.count),
            needs: "the capability CAP_NET_ADMIN")
    }
    /// C's name of ``forcedSendBufferSize``.
    @available(*, unavailable, renamed: "forcedSendBufferSize") public static var SO_SNDBUFFORCE: WriteOnlySocketOption
    { .forcedSendBufferSize }
}

extension ReadOnlySocketOption<Int> {
    /// How many bytes must be free before a socket counts as writable; always 1 on Linux.
    ///
    /// The corresponding C constant is `SO_SNDLOWAT`.
    public static var sendLowWater: ReadOnlySocketOption {
        ReadOnlySocketOption(OptionLevel.socket, CSockets.SO_SNDLOWAT, "SO_SNDLOWAT", .integer(.count))
    }
    /// C's name of ``sendLowWater``.
    @available(*, unavailable, renamed: "sendLowWater") public static var SO_SNDLOWAT: ReadOnlySocketOption {
        .sendLowWater
    }
}

extension SocketOption<Duration?> {
    /// How long a sending or connecting call waits inside the kernel; nil for ever.
    ///
    /// Rounded up to microseconds.
    /// The way of this library is ``Socket/timeout``; see ``SocketOption/receiveTimeout``.
    ///
    /// The corresponding C constant is `SO_SNDTIMEO`.
    public static var sendTimeout: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_SNDTIMEO, "SO_SNDTIMEO", OptionCodec.timeValue)
    }
    /// C's name of ``sendTimeout``.
    @available(*, unavailable, renamed: "sendTimeout") public static var SO_SNDTIMEO: SocketOption { .sendTimeout }
}

extension SocketOption<Bool> {
    /// Whether each datagram that comes has with it when it came, in microseconds.
    ///
    /// The corresponding C constant is `SO_TIMESTAMP`.
    public static var timestamp: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_TIMESTAMP, "SO_TIMESTAMP", .flag)
    }
    /// C's name of ``timestamp``.
    @available(*, unavailable, renamed: "timestamp") public static var SO_TIMESTAMP: SocketOption { .timestamp }
}

extension SocketOption<TimestampingFlags> {
    /// Which time stamps the socket makes, of what comes and what is sent, in the kernel or the network card.
    ///
    /// The corresponding C constant is `SO_TIMESTAMPING`.
    public static var timestamping: SocketOption {
        SocketOption(
            OptionLevel.socket, CSockets.SO_TIMESTAMPING, "SO_TIMESTAMPING", .flags { TimestampingFlags(rawValue: $0) })
    }
    /// C's name of ``timestamping``.
    @available(*, unavailable, renamed: "timestamping") public static var SO_TIMESTAMPING: SocketOption {
        .timestamping
    }
}

extension SocketOption<Bool> {
    /// Whether each datagram that comes has with it when it came, in nanoseconds.
    ///
    /// The corresponding C constant is `SO_TIMESTAMPNS`.
    public static var timestampNanoseconds: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_TIMESTAMPNS, "SO_TIMESTAMPNS", .flag)
    }
    /// C's name of ``timestampNanoseconds``.
    @available(*, unavailable, renamed: "timestampNanoseconds") public static var SO_TIMESTAMPNS: SocketOption {
        .timestampNanoseconds
    }

    /// Whether TCP chooses another path, where there are several, after packets got lost.
    ///
    /// The corresponding C constant is `SO_TXREHASH`. Since Linux 5.18.
    public static var rehashesTransmit: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_TXREHASH, "SO_TXREHASH", .flag)
    }
    /// C's name of ``rehashesTransmit``.
    @available(*, unavailable, renamed: "rehashesTransmit") public static var SO_TXREHASH: SocketOption {
        .rehashesTransmit
    }
}

extension SocketOption<TransmitTime> {
    /// Lets messages say at which time they are to be sent.
    ///
    /// See ``TransmitTime``.
    ///
    /// The corresponding C constant is `SO_TXTIME`. Clocks other than the monotonic one need the capability
    /// CAP_NET_ADMIN.
    public static var transmitTime: SocketOption {
        SocketOption(
            OptionLevel.socket, CSockets.SO_TXTIME, "SO_TXTIME",
            .bytes(
                capacity: 8, encode: { value throws(OptionMisfit) in value.bytes }, decode: { TransmitTime(bytes: $0) }),
            needs: "the capability CAP_NET_ADMIN",
            hint: "the clock must be one of CLOCK_MONOTONIC, CLOCK_REALTIME and CLOCK_TAI")
    }
    /// C's name of ``transmitTime``.
    @available(*, unavailable, renamed: "transmitTime") public static var SO_TXTIME: SocketOption { .transmitTime }
}

extension ReadOnlySocketOption<SocketType> {
    /// How data travels, which ``Socket/type`` has without a call.
    ///
    /// The corresponding C constant is `SO_TYPE`.
    public static var socketType: ReadOnlySocketOption {
        ReadOnlySocketOption(OptionLevel.socket, CSockets.SO_TYPE, "SO_TYPE", .named { SocketType(rawValue: $0) })
    }
    /// C's name of ``socketType``.
    @available(*, unavailable, renamed: "socketType") public static var SO_TYPE: ReadOnlySocketOption { .socketType }
}

extension SocketOption<Bool> {
    /// Whether it is told, in the error queue, if a frame that was sent over a wireless network was acknowledged.
    ///
    /// The corresponding C constant is `SO_WIFI_STATUS`.
    public static var wifiStatus: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_WIFI_STATUS, "SO_WIFI_STATUS", .flag)
    }
    /// C's name of ``wifiStatus``.
    @available(*, unavailable, renamed: "wifiStatus") public static var SO_WIFI_STATUS: SocketOption { .wifiStatus }

    /// Whether sending with `MSG_ZEROCOPY` leaves the bytes where they are until the error queue says that they have
    /// gone.
    ///
    /// The corresponding C constant is `SO_ZEROCOPY`.
    public static var zeroCopy: SocketOption {
        SocketOption(OptionLevel.socket, CSockets.SO_ZEROCOPY, "SO_ZEROCOPY", .flag)
    }
    /// C's name of ``zeroCopy``.
    @available(*, unavailable, renamed: "zeroCopy") public static var SO_ZEROCOPY: SocketOption { .zeroCopy }
}
