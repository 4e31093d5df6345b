internal import CSockets
internal import Glibc

/// What a socket's error queue (`MSG_ERRQUEUE`) tells.
enum ErrorQueue {
    enum Message {
        /// Sendings without copying have ended, counted modulo 2^32.
        case ended(first: UInt32, last: UInt32, wereCopied: Bool)
        /// Anything else: an ICMP message, a time of sending.
        case other(ReceivedMessage)
    }

    /// Takes a message out without waiting; `nil` when there is none.
    ///
    /// A notice allocates nothing.
    ///
    /// - Parameter socket: Whose descriptor it is, for names of interfaces.
    static func next(_ fd: CInt, _ socket: Socket?) throws(SocketError) -> Message? {
        var message = csockets_error_message()
        // The memory is valid for the call.
        unsafe csockets_next_error(fd, &message)
        switch message.kind {
        case 1: return .ended(first: message.first, last: message.last, wereCopied: message.copied != 0)
        case 0: return .other(other(&message, socket))
        case -EAGAIN: return nil
        default: throw SocketError(.receive, result: message.kind)
        }
    }

    /// Whether the kernel's own account says that no sending without copying is under way, nor its end waiting to be told.
    ///
    /// A filter or a membership stands in the same account: then this is never so.
    static func hasNothingUnderWay(_ fd: CInt) -> Bool { csockets_option_memory(fd) == 0 }

    private static func other(_ message: inout csockets_error_message, _ socket: Socket?) -> ReceivedMessage {
        var address = KernelAddress()
        address.storage = message.name
        address.length = message.name_length
        let count = min(message.count, MemoryLayout.size(ofValue: message.bytes))
        let bytes = unsafe withUnsafeBytes(of: &message.bytes) { unsafe Array($0.prefix(count)) }
        let length = message.control_length
        let messages = unsafe withUnsafeMutableBytes(of: &message.control) { control in
            // The kernel's length lies within the memory.
            var header = unsafe msghdr()
            unsafe header.msg_control = control.baseAddress
            unsafe header.msg_controllen = min(length, control.count)
            return unsafe ControlMessageBuffer.messages(of: &header)
        }
        return ReceivedMessage(
            bytes: bytes,
            details: MessageDetails(
                count: message.count, address: address.length == 0 ? nil : address.address(of: socket),
                control: messages.flatMap { ControlMessage.decode($0) },
                flags: MessageFlags(rawValue: message.flags)))
    }
}
