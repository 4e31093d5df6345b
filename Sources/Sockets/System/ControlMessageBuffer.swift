internal import CSockets
internal import Glibc

/// Control messages as the kernel takes and gives them: the only file that lays out `cmsghdr`, by the `CMSG_…` macros.
struct ControlMessageBuffer {
    /// One message: who it is for, and its data.
    struct Message {
        var level: CInt
        var type: CInt
        var bytes: [UInt8] = []
    }

    /// Words, so that the memory is aligned for `cmsghdr`.
    private var words: [UInt64]
    /// The bytes of `words` that are meant: the room before a call that receives, what came afterwards.
    private(set) var length: Int

    /// Room for so many bytes that the kernel writes; the caller has checked the number.
    init(capacity: Int) {
        length = max(0, capacity)
        words = Array(repeating: 0, count: (length + 7) / 8)
    }

    /// Messages for the kernel.
    init(_ messages: [Message]) {
        self.init(capacity: messages.reduce(0) { $0 + csockets_cmsg_space($1.bytes.count) })
        unsafe withHeader { header in
            // Each header lies inside the memory, which is as large as all of them together: CMSG_NXTHDR checks that.
            var next = unsafe csockets_cmsg_firsthdr(header)
            for message in messages {
                guard let current = unsafe next else { break }
                unsafe current.pointee.cmsg_level = message.level
                unsafe current.pointee.cmsg_type = message.type
                unsafe current.pointee.cmsg_len = csockets_cmsg_len(message.bytes.count)
                unsafe message.bytes.withUnsafeBytes { bytes in
                    if let start = bytes.baseAddress, let data = unsafe csockets_cmsg_data(current) {
                        unsafe UnsafeMutableRawPointer(data).copyMemory(from: start, byteCount: bytes.count)
                    }
                }
                unsafe next = csockets_cmsg_nxthdr(header, current)
            }
        }
    }

    /// Calls `body` with a message header whose control part is this memory, and takes over the length that it has then.
    mutating func withHeader<R>(_ body: (UnsafeMutablePointer<msghdr>) -> R) -> R {
        var header = unsafe msghdr()
        let room = length
        let result = unsafe words.withUnsafeMutableBytes { memory in
            unsafe header.msg_control = room == 0 ? nil : memory.baseAddress
            unsafe header.msg_controllen = room
            return unsafe withUnsafeMutablePointer(to: &header) { unsafe body($0) }
        }
        length = unsafe min(room, max(0, Int(clamping: header.msg_controllen)))
        return result
    }

    /// What the kernel wrote; a message that claims more bytes than there are gets those that are there.
    mutating func messages() -> [Message] {
        unsafe withHeader { header in unsafe Self.messages(of: header) }
    }

    /// What the kernel wrote into the control part of a header.
    static func messages(of header: UnsafeMutablePointer<msghdr>) -> [Message] {
        var messages: [Message] = []
        var next = unsafe csockets_cmsg_firsthdr(header)
        while let current = unsafe next {
            let head = csockets_cmsg_len(0)
            let length = unsafe Int(clamping: current.pointee.cmsg_len)
            // A length below that of the header would lead round in a circle.
            if length < head { break }
            var message = unsafe Message(level: current.pointee.cmsg_level, type: current.pointee.cmsg_type)
            if let control = unsafe header.pointee.msg_control, let data = unsafe csockets_cmsg_data(current) {
                // The kernel's lengths lie within the memory; what would not is cut here.
                let start = unsafe UnsafeRawPointer(data) - UnsafeRawPointer(control)
                let count = unsafe min(length - head, Int(clamping: header.pointee.msg_controllen) - start)
                if count > 0 { message.bytes = unsafe Array(UnsafeRawBufferPointer(start: data, count: count)) }
            }
            messages.append(message)
            unsafe next = csockets_cmsg_nxthdr(header, current)
        }
        return messages
    }
}

extension [UInt8] {
    /// The number that stands at an offset in this machine's byte order; `nil` where the bytes end before.
    func native<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type, at offset: Int) -> Number? {
        guard offset >= 0, offset <= count - MemoryLayout<Number>.size else { return nil }
        // The bounds were just checked.
        return unsafe withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: offset, as: type) }
    }

    /// Appends a number in this machine's byte order.
    mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(native number: Number) {
        // The bytes of a number, for the time of the call.
        unsafe Swift.withUnsafeBytes(of: number) { unsafe append(contentsOf: $0) }
    }
}
