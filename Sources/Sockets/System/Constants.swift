// The one place where C constants get one Swift type: they are imported as Int32, Int, UInt32 or C enums by chance.
internal import CSockets
internal import Glibc

enum Constants {
    static let closeOnExec = CInt(bitPattern: SOCK_CLOEXEC.rawValue)
    static let nonBlocking = CInt(bitPattern: SOCK_NONBLOCK.rawValue)

    static let stream = CInt(bitPattern: SOCK_STREAM.rawValue)
    static let datagram = CInt(bitPattern: SOCK_DGRAM.rawValue)
    static let raw = CInt(bitPattern: SOCK_RAW.rawValue)
    static let reliableDatagram = CInt(bitPattern: SOCK_RDM.rawValue)
    static let sequencedPacket = CInt(bitPattern: SOCK_SEQPACKET.rawValue)
    static let packet = CInt(bitPattern: SOCK_PACKET.rawValue)
    static let dccp = CInt(bitPattern: SOCK_DCCP.rawValue)

    static let shutdownRead = CInt(SHUT_RD)
    static let shutdownWrite = CInt(SHUT_WR)
    static let shutdownBoth = CInt(SHUT_RDWR)

    static let noSignal = CInt(bitPattern: MSG_NOSIGNAL.raw)
    static let dontWait = CInt(bitPattern: MSG_DONTWAIT.raw)
    static let waitForOne = CInt(bitPattern: MSG_WAITFORONE.raw)
    static let zeroCopy = CInt(bitPattern: MSG_ZEROCOPY.raw)
    static let confirm = CInt(bitPattern: MSG_CONFIRM.raw)
    static let dontRoute = CInt(bitPattern: MSG_DONTROUTE.raw)
    static let endOfRecord = CInt(bitPattern: MSG_EOR.raw)
    static let errorQueue = CInt(bitPattern: MSG_ERRQUEUE.raw)
    static let fastOpen = CInt(bitPattern: MSG_FASTOPEN.raw)
    static let more = CInt(bitPattern: MSG_MORE.raw)
    static let outOfBand = CInt(bitPattern: MSG_OOB.raw)
    static let peek = CInt(bitPattern: MSG_PEEK.raw)
    static let truncate = CInt(bitPattern: MSG_TRUNC.raw)
    static let waitAll = CInt(bitPattern: MSG_WAITALL.raw)
    static let truncated = CInt(bitPattern: MSG_TRUNC.raw)
    static let controlTruncated = CInt(bitPattern: MSG_CTRUNC.raw)
    static let closeOnExecMessages = CInt(bitPattern: MSG_CMSG_CLOEXEC.raw)

    static let rightsMessage = CInt(bitPattern: SCM_RIGHTS.raw)
    /// SCM_PIDFD, since Linux 6.5; older headers lack it.
    static let processDescriptorMessage: CInt = 4
    static let credentialsMessage = CInt(bitPattern: SCM_CREDENTIALS.raw)
    static let timestampMicroseconds: CInt = SO_TIMESTAMP_OLD
    static let timestampNanoseconds: CInt = SO_TIMESTAMPNS_OLD
    static let timestamping: CInt = SO_TIMESTAMPING_OLD
    static let timestampMicrosecondsLong: CInt = SO_TIMESTAMP_NEW
    static let timestampNanosecondsLong: CInt = SO_TIMESTAMPNS_NEW
    static let timestampingLong: CInt = SO_TIMESTAMPING_NEW

    /// SCM_TXTIME.
    static let transmitTime: CInt = SO_TXTIME
    /// SCM_TIMESTAMPING_PKTINFO.
    static let timestampingPacketInfo: CInt = 58
    /// SCM_TS_OPT_ID, since Linux 6.13; older headers lack it.
    static let timestampIdentifier: CInt = 81
    static let udpSegment: CInt = CSockets.UDP_SEGMENT
    static let udpReceiveOffload: CInt = CSockets.UDP_GRO
    /// IP_RECVFRAGSIZE, IPV6_RECVFRAGSIZE and IPV6_ORIGDSTADDR, which the C library's headers lack.
    static let fragmentSizeVersion4: CInt = 25
    static let fragmentSizeVersion6: CInt = 77
    static let originalDestinationVersion6: CInt = 74

    static let pollUrgent = Int16(POLLPRI)
    static let pollIn = Int16(POLLIN)
    static let pollOut = Int16(POLLOUT)

    static let epollEdgeTriggered = EPOLLET.raw
    static let epollExclusive = EPOLLEXCLUSIVE.raw
    static let epollOneShot = EPOLLONESHOT.raw
}

extension BinaryInteger {
    /// The low 32 bits, whatever integer type the importer chose for the constant.
    fileprivate var raw: UInt32 { UInt32(truncatingIfNeeded: self) }
}

extension RawRepresentable where RawValue: BinaryInteger {
    fileprivate var raw: UInt32 { UInt32(truncatingIfNeeded: rawValue) }
}
